using BackupServer.Abstractions.Plugins.DataMovers;
using BackupServer.Repository;
using BackupServer.Repository.Files;

namespace BackupServer.Plugins.FileCopy;

/// <summary>Turns errors of the engine and of the volume into words that name volume, repository, location and Secret, and say what to do.</summary>
/// <param name="task">What is being done, for example <c>copy volume /shop/data from /var/lib/…</c>.</param>
/// <param name="access">The repository.</param>
internal sealed class MoverErrors(string task, RepositoryAccess access)
{
    private string Place => access.StorageLocation is { } location ? $"repository {access.Path} of BackupStorageLocation {location}" : $"repository {access.Path}";

    /// <summary>Runs the work; a cancellation by the caller stays one.</summary>
    public async Task<T> GuardAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work();
        }
        catch (RepositoryException e)
        {
            throw new DataMoverException($"cannot {task}: {Words(e)}", e);
        }
        catch (FileSystemException e)
        {
            throw new DataMoverException($"cannot {task}: {e.Message}; {Place} is untouched", e);
        }
        catch (IOException e)
        {
            throw new DataMoverException($"cannot {task}: {e.Message}", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DataMoverException($"cannot {task}: an operation on {Place} was given up; start the job again", e);
        }
    }

    // For a repository that does not open, the library's own words are for people with a path and a password in hand; here a location and a Secret must be put right.
    private string Words(RepositoryException e) => e.Kind switch
    {
        RepositoryErrorKind.WrongPassword =>
            $"the {Place} does not open with the password in {access.PasswordSource ?? "the location's passwordSecret"}: put the password there that the repository was made with, name another Secret in the "
                + "location's spec.passwordSecret, or add the password as a further key with 'backupctl repository key add'",
        RepositoryErrorKind.Damaged when !e.Message.Contains("--read-data", StringComparison.Ordinal) => $"{Place}: {e.Message}; 'backupctl repository check --read-data' tells what is affected",
        // What the store said names the path already: once is enough to find it.
        RepositoryErrorKind.Backend when access.StorageLocation is { } location && e.Message.Contains(access.Path, StringComparison.Ordinal) => $"BackupStorageLocation {location}: {e.Message}",
        _ => $"{Place}: {e.Message}",
    };
}
