using BackupServer.Abstractions.Plugins;

namespace BackupServer.Plugins.FileSystem;

/// <summary>Offers the object store <c>FileSystem</c>: objects as files in a directory.</summary>
public sealed class FileSystemPlugin : IPlugin
{
    /// <inheritdoc/>
    public string Name => "FileSystem";

    /// <inheritdoc/>
    public void Register(IPluginRegistry registry) => registry.Add(new FileSystemProvider(TimeProvider.System));
}
