using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Cli.Locations;
using BackupServer.Cli.Running;
using BackupServer.Repository.ObjectStores;

namespace BackupServer.Cli.Commands.Restores;

/// <summary>The log of a restore, read from the location of its backup.</summary>
internal static class RestoreLogs
{
    /// <summary>Prints the log of each run of a restore, in their order: one that was begun again by another server has several.</summary>
    /// <returns>Why there is none; null when there was one.</returns>
    public static async Task<string?> WriteAsync(Cluster cluster, Restore restore, string? serverNamespace, bool json, CancellationToken cancellationToken)
    {
        if (restore.Status?.BackupName is not { Length: > 0 } name)
        {
            return "it has not begun";
        }

        if (await cluster.Client.FindAsync<Backup>(cluster.Namespace, name, cancellationToken) is not { } backup)
        {
            return $"its backup {name} is not here any more, and the log went with it";
        }

        var why = await KeptLogs.WriteAsync(
            cluster, backup, serverNamespace, snapshot => snapshot.Tag(ArchiveLayout.RestoreUidTag) == restore.Metadata.Uid, json, cancellationToken);
        return why is null || RestoreWait.IsFinal(restore.Status?.Phase) ? why : $"{why} yet; it is written at the end";
    }
}
