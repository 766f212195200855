namespace BackupServer.Abstractions.Plugins.ItemActions;

/// <summary>Looks at objects on their way into a backup: may change what is stored and ask for further objects. Must give the same answer when called again.</summary>
public interface IBackupItemAction
{
    /// <summary>Name of the action.</summary>
    string Name { get; }

    /// <summary>Objects it is called for.</summary>
    ItemSelector AppliesTo { get; }

    /// <summary>Called once for each object, from several threads.</summary>
    ValueTask<BackupItemActionResult> ExecuteAsync(BackupItem item, CancellationToken cancellationToken);
}
