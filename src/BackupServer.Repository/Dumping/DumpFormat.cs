namespace BackupServer.Repository.Dumping;

/// <summary>The kinds of archive that a directory of a snapshot can be written as.</summary>
public enum DumpFormat
{
    /// <summary>POSIX tar with pax headers: everything but sockets, with owners, times and attributes.</summary>
    Tar,

    /// <summary>Zip: files, directories and links, with modes and times to two seconds.</summary>
    Zip,
}
