using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Rewriting;

/// <summary>How the trees of a snapshot are changed, entry by entry.</summary>
internal abstract class TreeEdit
{
    /// <summary>Whether the same directory becomes something else at another path: then it is looked at for each path.</summary>
    public abstract bool DependsOnPath { get; }

    /// <summary>Whether trees that cannot be read, or not be written again without loss, are replaced by what of them is usable; otherwise they end the edit.</summary>
    public abstract bool Salvages { get; }

    /// <summary>The entry as it shall be: the same object for no change, null to drop it with everything below.</summary>
    /// <param name="path">Names from the root on, its own last.</param>
    /// <param name="node">As it is.</param>
    public abstract Node? Edit(RawName[] path, Node node);
}
