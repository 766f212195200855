using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Restoring;

/// <summary>Where an entry belongs, as text only when somebody must read it: in a deep tree every path is long.</summary>
/// <param name="Directory">Its directory; null for the target itself.</param>
/// <param name="Name">Its name.</param>
internal readonly record struct RestorePath(RestoreFrame? Directory, RawName Name)
{
    /// <summary>Path below the target, for people.</summary>
    public override string ToString() => Directory is null ? "" : string.Join('/', Directory.PartsOf(Name).Select(part => part.ToString()));
}
