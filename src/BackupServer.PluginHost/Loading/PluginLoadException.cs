namespace BackupServer.PluginHost.Loading;

/// <summary>A plugin cannot be loaded; the message is a plain reason without the plugin's name.</summary>
internal sealed class PluginLoadException(string message, Exception? innerException = null) : Exception(message, innerException);
