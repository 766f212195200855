using System.Reflection;

namespace BackupServer.PluginHost.Loading;

/// <summary>Loads one plugin's main assembly and its dependencies into a context of its own. Disposing unloads them once nothing refers to them any more.</summary>
public sealed class PluginLoader : IDisposable
{
    private readonly PluginLoadContext _context;

    /// <summary>Prepares the context; loads nothing yet.</summary>
    public PluginLoader(PluginConfig config)
    {
        Config = config;
        _context = new PluginLoadContext(config);
    }

    /// <summary>How the plugin is loaded.</summary>
    public PluginConfig Config { get; }

    /// <summary>Loads the main assembly of an assembly file with the usual shared assemblies.</summary>
    public static PluginLoader CreateFromAssemblyFile(string assemblyPath) => new(new PluginConfig { MainAssemblyPath = assemblyPath });

    /// <summary>The plugin's main assembly; loaded at the first call.</summary>
    public Assembly LoadDefaultAssembly() => _context.LoadFromAssemblyPath(Path.GetFullPath(Config.MainAssemblyPath));

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_context.IsCollectible)
        {
            _context.Unload();
        }
    }
}
