using BackupServer.Abstractions.Plugins;
using BackupServer.Plugins.FileSystem;

[assembly: Plugin(typeof(FileSystemPlugin), PluginContract.Version)]
