using BackupServer.Abstractions.Plugins;

[assembly: Plugin(typeof(OldContract), 0)]

public sealed class OldContract : IPlugin
{
    public string Name => "OldContract";
    public void Register(IPluginRegistry registry) { }
}
