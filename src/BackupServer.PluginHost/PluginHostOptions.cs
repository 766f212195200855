using BackupServer.PluginHost.ObjectStores;

namespace BackupServer.PluginHost;

/// <summary>Where plugins are, and how patient the host is with them.</summary>
public sealed record PluginHostOptions
{
    /// <summary>The folder beside the program into which its build puts the plugins it ships with.</summary>
    public static string ShippedPlugins => Path.Combine(AppContext.BaseDirectory, "plugins");

    /// <summary>Folders with one folder per plugin, in which <c>&lt;Folder&gt;.dll</c> is the plugin. A folder that does not exist has none.</summary>
    public IReadOnlyList<string> Directories { get; init; } = [ShippedPlugins];

    /// <summary>How long constructor and Register of one plugin may take together.</summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How calls of object stores are repeated and cut off.</summary>
    public ObjectStoreResilience ObjectStores { get; init; } = new();
}
