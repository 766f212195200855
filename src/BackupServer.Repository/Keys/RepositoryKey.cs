namespace BackupServer.Repository.Keys;

/// <summary>One of the passwords that open a repository, without the password.</summary>
/// <param name="Id">Name of its file in <c>keys/</c>.</param>
/// <param name="Created">When it was added.</param>
/// <param name="UserName">Who added it.</param>
/// <param name="HostName">Where it was added.</param>
/// <param name="Cost">Its scrypt parameters.</param>
/// <param name="IsCurrent">Whether the repository was opened with it.</param>
public sealed record RepositoryKey(
    ObjectId Id, DateTimeOffset Created, string UserName, string HostName, ScryptParameters Cost, bool IsCurrent);
