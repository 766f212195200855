namespace BackupServer.Abstractions.Plugins;

/// <summary>The version of the contracts in this assembly.</summary>
public static class PluginContract
{
    /// <summary>Raised by one whenever an existing plugin would no longer work. A constant: it is compiled into the plugin, so the host sees what the plugin was built with.</summary>
    public const int Version = 1;
}
