namespace BackupServer.Abstractions.Plugins.ItemActions;

/// <summary>Looks at objects on their way back into a cluster: may change or skip them. Must give the same answer when called again.</summary>
public interface IRestoreItemAction
{
    /// <summary>Name of the action.</summary>
    string Name { get; }

    /// <summary>Objects it is called for, by their namespaces in the backup.</summary>
    ItemSelector AppliesTo { get; }

    /// <summary>Called once for each object, from several threads.</summary>
    ValueTask<RestoreItemActionResult> ExecuteAsync(RestoreItem item, CancellationToken cancellationToken);
}
