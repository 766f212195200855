using BackupServer.Abstractions.Plugins;

namespace BackupServer.Plugins.FileCopy;

/// <summary>Offers the data mover <c>FileCopy</c>: the files of a volume in a repository.</summary>
public sealed class FileCopyPlugin : IPlugin
{
    /// <inheritdoc/>
    public string Name => "FileCopy";

    /// <inheritdoc/>
    public void Register(IPluginRegistry registry) => registry.Add(new FileCopyMover(TimeProvider.System));
}
