using System.Reflection;
using System.Runtime.Loader;

namespace BackupServer.PluginHost.Loading;

/// <summary>
/// The assemblies of one plugin. Asked for an assembly it answers, in this order: the host's, when it is shared; the plugin's own; the framework's.
/// </summary>
internal sealed class PluginLoadContext(PluginConfig config)
    : AssemblyLoadContext(Path.GetFileNameWithoutExtension(config.MainAssemblyPath), config.IsUnloadable)
{
    private readonly AssemblyDependencyResolver _resolver = new(Path.GetFullPath(config.MainAssemblyPath));

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (config.SharedAssemblies.Contains(assemblyName.Name!))
        {
            return null;
        }

        if (_resolver.ResolveAssemblyToPath(assemblyName) is { } path)
        {
            return LoadFromAssemblyPath(path);
        }

        // The runtime asks the host's context next. A library that merely happens to lie beside the host must not stand in for one that the
        // plugin forgot to bring: the plugin would break with the host's next version.
        return File.Exists(Path.Combine(AppContext.BaseDirectory, assemblyName.Name + ".dll"))
            ? throw new FileNotFoundException($"{assemblyName} is not in the plugin's folder.", assemblyName.FullName)
            : null;
    }

    /// <inheritdoc/>
    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;
}
