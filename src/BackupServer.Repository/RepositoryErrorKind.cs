namespace BackupServer.Repository;

/// <summary>Classes of failure that callers treat differently.</summary>
public enum RepositoryErrorKind
{
    /// <summary>The repository, or the named object in it, does not exist.</summary>
    NotFound,

    /// <summary>No key opens with the given passwords.</summary>
    WrongPassword,

    /// <summary>A lock of somebody else is in the way.</summary>
    Locked,

    /// <summary>Something stored is not what it must be.</summary>
    Damaged,

    /// <summary>A repository, or a different object of that name, is already there.</summary>
    AlreadyExists,

    /// <summary>The storage below refused or failed.</summary>
    Backend,

    /// <summary>A native library that the engine needs is not installed.</summary>
    MissingLibrary,

    /// <summary>The repository has a version or feature that this engine does not know.</summary>
    Unsupported,

    /// <summary>What was asked for would lose data or makes no sense.</summary>
    Refused,
}
