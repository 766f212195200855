using BackupServer.Abstractions.Plugins.DataMovers;
using BackupServer.Repository;
using BackupServer.Repository.Files;

namespace BackupServer.Plugins.FileCopy;

/// <summary>Turns errors of the engine and of the volume into words that name volume and repository and say what to do.</summary>
/// <param name="task">What is being done, for example <c>copy /var/lib/…</c>.</param>
/// <param name="path">Path of the repository.</param>
internal sealed class MoverErrors(string task, string path)
{
    /// <summary>Runs the work; a cancellation by the caller stays one.</summary>
    public async Task<T> GuardAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work();
        }
        catch (RepositoryException e)
        {
            throw new DataMoverException($"cannot {task}: repository {path}: {e.Message}{Advice(e.Kind)}", e);
        }
        catch (FileSystemException e)
        {
            throw new DataMoverException($"cannot {task}: {e.Message}; repository {path} is untouched", e);
        }
        catch (IOException e)
        {
            throw new DataMoverException($"cannot {task}: {e.Message}", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DataMoverException($"cannot {task}: an operation on repository {path} was given up; start the job again", e);
        }
    }

    private static string Advice(RepositoryErrorKind kind) => kind switch
    {
        RepositoryErrorKind.WrongPassword =>
            "; the password comes from the location's passwordSecret: put the former password back, or add the new one with 'backupctl repository key add'",
        RepositoryErrorKind.NotFound =>
            "; if it was there before, it is not made anew: bring it back, or delete its BackupRepository object to begin a new one",
        RepositoryErrorKind.Damaged => "; 'backupctl repository check --read-data' tells what is affected",
        _ => "",
    };
}
