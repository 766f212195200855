namespace BackupServer.PluginHost;

/// <summary>Nothing of that name is offered by any plugin. The message lists what is, and which plugins did not load.</summary>
public sealed class PluginNotFoundException(string message) : Exception(message);
