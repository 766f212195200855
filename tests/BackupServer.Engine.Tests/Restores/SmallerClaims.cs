using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Plugins.ItemActions;

namespace BackupServer.Engine.Tests.Restores;

/// <summary>Gives claims a request of one kilobyte.</summary>
internal sealed class SmallerClaims : IRestoreItemAction
{
    public string Name => "smaller-claims";

    public ItemSelector AppliesTo { get; } = new() { Resources = [new GroupResource("", "persistentvolumeclaims")] };

    public ValueTask<RestoreItemActionResult> ExecuteAsync(RestoreItem item, CancellationToken cancellationToken)
    {
        item.Object["spec"]!["resources"]!["requests"]!["storage"] = "1k";
        return ValueTask.FromResult(new RestoreItemActionResult { Changed = item.Object });
    }
}
