using BackupServer.Abstractions.Plugins;

[assembly: Plugin(typeof(OwnLibrary), PluginContract.Version)]

public sealed class OwnLibrary : IPlugin
{
    public string Name => Polly.OnlyInThePluginsVersion.Words;
    public void Register(IPluginRegistry registry) { }
}
