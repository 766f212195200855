using System;
using BackupServer.Abstractions.Plugins;

[assembly: Plugin(typeof(ThrowsInRegister), PluginContract.Version)]

public sealed class ThrowsInRegister : IPlugin
{
    public string Name => "ThrowsInRegister";
    public void Register(IPluginRegistry registry) => throw new NotSupportedException("not on a Friday");
}
