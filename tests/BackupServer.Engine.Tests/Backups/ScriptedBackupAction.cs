using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Plugins.ItemActions;

namespace BackupServer.Engine.Tests.Backups;

/// <summary>Does to ConfigMaps what a test says.</summary>
internal sealed class ScriptedBackupAction(Func<BackupItem, Task<BackupItemActionResult>> script) : IBackupItemAction
{
    public string Name => "scripted";

    public ItemSelector AppliesTo { get; } = new() { Resources = [new GroupResource("", "configmaps")], Namespaces = ["shop"] };

    public ValueTask<BackupItemActionResult> ExecuteAsync(BackupItem item, CancellationToken cancellationToken) => new(script(item));
}
