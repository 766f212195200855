using BackupServer.Abstractions.Plugins;
using Microsoft.Extensions.Logging;

namespace BackupServer.PluginHost.Loading;

/// <summary>How one plugin assembly is loaded.</summary>
public sealed record PluginConfig
{
    /// <summary>Path of the plugin's main assembly; its dependencies are found by the <c>.deps.json</c> beside it.</summary>
    public required string MainAssemblyPath { get; init; }

    /// <summary>Whether the plugin can be unloaded.</summary>
    public bool IsUnloadable { get; init; } = true;

    /// <summary>
    /// Simple names of the assemblies that host and plugin share, so that types of both are the same. Everything else that is not part
    /// of the framework is private to the plugin, also when the host has it too.
    /// </summary>
    public IReadOnlySet<string> SharedAssemblies { get; init; } = new HashSet<string>
    {
        typeof(IPlugin).Assembly.GetName().Name!,
        typeof(ILogger).Assembly.GetName().Name!,
    };
}
