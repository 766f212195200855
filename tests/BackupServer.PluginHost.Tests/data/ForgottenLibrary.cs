using BackupServer.Abstractions.Plugins;

[assembly: Plugin(typeof(ForgottenLibrary), PluginContract.Version)]

public sealed class ForgottenLibrary : IPlugin
{
    public string Name => Polly.OnlyInThePluginsVersion.Words;
    public void Register(IPluginRegistry registry) { }
}
