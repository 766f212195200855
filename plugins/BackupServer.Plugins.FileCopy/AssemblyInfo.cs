using BackupServer.Abstractions.Plugins;
using BackupServer.Plugins.FileCopy;

[assembly: Plugin(typeof(FileCopyPlugin), PluginContract.Version)]
