namespace BackupServer.Repository.Archiving;

/// <summary>
/// One directory that is put into the snapshot under a name of its own, so that its mode, owner and attributes are kept and the place where
/// a volume happened to be mounted is not.
/// </summary>
/// <param name="Directory">The directory on this machine.</param>
/// <param name="NodeName">Its name at the snapshot's root, such as <c>data</c>.</param>
public sealed record ArchiveRoot(string Directory, string NodeName);
