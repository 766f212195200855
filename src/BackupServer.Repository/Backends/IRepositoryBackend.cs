namespace BackupServer.Repository.Backends;

/// <summary>
/// Where a repository's files are: a flat map from path (<c>config</c>, <c>keys/&lt;id&gt;</c>, <c>data/ab/&lt;id&gt;</c>, …) to bytes.
/// Safe for concurrent callers. Retries, rates and metrics are wrappers of this interface, never inside an implementation.
/// Failures are <see cref="RepositoryException"/>: <see cref="RepositoryErrorKind.NotFound"/> where a path does not exist,
/// <see cref="RepositoryErrorKind.Backend"/> otherwise.
/// </summary>
public interface IRepositoryBackend : IAsyncDisposable
{
    /// <summary>Where this is, for messages: a directory or URL without secrets.</summary>
    string Location { get; }

    /// <summary>
    /// Stores a file: visible only when whole, durable when the call returns. Saving the same content again succeeds.
    /// </summary>
    /// <exception cref="RepositoryException"><see cref="RepositoryErrorKind.AlreadyExists"/>: other content has that path.</exception>
    Task SaveAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>
    /// Reads <paramref name="length"/> bytes from <paramref name="offset"/>, or everything from there if it is -1. The caller owns the array.
    /// </summary>
    /// <exception cref="RepositoryException">
    /// <see cref="RepositoryErrorKind.Damaged"/>: the file is shorter than the range that was asked for.
    /// </exception>
    Task<byte[]> LoadAsync(string path, long offset, int length, CancellationToken cancellationToken);

    /// <summary>Fills the destination with the bytes from <paramref name="offset"/> on; fails as <see cref="LoadAsync"/>. For callers that use their memory again.</summary>
    async ValueTask ReadAsync(string path, long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        (await LoadAsync(path, offset, destination.Length, cancellationToken)).CopyTo(destination);

    /// <summary>Bytes of a file, or null if it does not exist.</summary>
    Task<long?> SizeAsync(string path, CancellationToken cancellationToken);

    /// <summary>
    /// Every file below a directory (<c>keys</c>, <c>data</c>, …) at any depth, in no order. A directory that does not exist is empty.
    /// Unfinished files of other writers may or may not be among them.
    /// </summary>
    IAsyncEnumerable<BackendFile> ListAsync(string directory, CancellationToken cancellationToken);

    /// <summary>Deletes a file. One that is already gone is no error.</summary>
    Task DeleteAsync(string path, CancellationToken cancellationToken);

    /// <summary>
    /// Removes what interrupted writes left behind more than <paramref name="olderThan"/> ago. Stores whose writes leave nothing do nothing.
    /// </summary>
    Task RemoveLeftoversAsync(TimeSpan olderThan, CancellationToken cancellationToken) => Task.CompletedTask;
}
