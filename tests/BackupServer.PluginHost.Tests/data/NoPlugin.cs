using BackupServer.Abstractions.Plugins;

[assembly: Plugin(typeof(NoPlugin), PluginContract.Version)]

public sealed class NoPlugin { }
