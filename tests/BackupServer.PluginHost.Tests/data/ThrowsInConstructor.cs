using System;
using BackupServer.Abstractions.Plugins;

[assembly: Plugin(typeof(ThrowsInConstructor), PluginContract.Version)]

public sealed class ThrowsInConstructor : IPlugin
{
    public ThrowsInConstructor() => throw new InvalidOperationException("no licence file");
    public string Name => "ThrowsInConstructor";
    public void Register(IPluginRegistry registry) { }
}
