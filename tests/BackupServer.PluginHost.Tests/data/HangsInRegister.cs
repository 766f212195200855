using System.Threading;
using BackupServer.Abstractions.Plugins;

[assembly: Plugin(typeof(HangsInRegister), PluginContract.Version)]

public sealed class HangsInRegister : IPlugin
{
    public string Name => "HangsInRegister";
    public void Register(IPluginRegistry registry) => new ManualResetEvent(false).WaitOne();
}
