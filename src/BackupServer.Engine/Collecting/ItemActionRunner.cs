using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Plugins.ItemActions;
using BackupServer.Engine.Actions;
using BackupServer.Engine.Reporting;

namespace BackupServer.Engine.Collecting;

/// <summary>
/// Calls the actions of plugins for an object. An action that throws, hangs or answers nonsense is an error about that object, which is
/// then stored as if the action had not been asked.
/// </summary>
internal sealed class ItemActionRunner(
    IReadOnlyList<IBackupItemAction> actions, string backupName, TimeSpan timeout, TimeProvider clock, RunJournal journal)
{
    private readonly ActionPatience _patience = new(journal);

    /// <summary>The object to store, and further objects that are asked for.</summary>
    public async ValueTask<(RawObject Content, IReadOnlyList<ObjectReference> Additional)> RunAsync(
        ResourceType type, RawObject content, CancellationToken cancellationToken)
    {
        List<ObjectReference>? additional = null;
        foreach (var action in actions)
        {
            if (!action.AppliesTo.Matches(type.Resource.GroupResource, content.Metadata.Namespace))
            {
                continue;
            }

            var about = new ObjectReference(type.Resource.GroupResource, content.Name);
            if (_patience.IsOff(action, about))
            {
                continue;
            }

            try
            {
                var result = await CallAsync(action, new BackupItem(type, content, backupName), cancellationToken);
                content = Check(result, content);
                (additional ??= []).AddRange(result!.AdditionalItems ?? []);
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                // The boundary to foreign code: whatever it throws concerns this object only.
                journal.Error(about.ToString(), $"The plugin action {action.Name} failed, so the object is stored unchanged: {Describe(e)}");
                if (e is TimeoutException)
                {
                    _patience.TimedOut(action, action.Name, timeout);
                }
            }
        }

        return (content, additional ?? (IReadOnlyList<ObjectReference>)[]);
    }

    /// <summary>All objects have been seen: says what actions were not asked about.</summary>
    public void Conclude() => _patience.Conclude("stored");

    private async Task<BackupItemActionResult?> CallAsync(IBackupItemAction action, BackupItem item, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var call = Task.Run(() => action.ExecuteAsync(item, patience.Token).AsTask(), CancellationToken.None);
        try
        {
            return await call.WaitAsync(timeout, clock, cancellationToken);
        }
        finally
        {
            await patience.CancelAsync();
        }
    }

    private static RawObject Check(BackupItemActionResult? result, RawObject before)
    {
        if (result is null)
        {
            throw new InvalidOperationException("it answered nothing.");
        }

        if (result.Changed is null)
        {
            return before;
        }

        var after = RawObject.From(result.Changed);
        return after.Name == before.Name && after.Kind == before.Kind && after.ApiVersion == before.ApiVersion
            ? after
            : throw new InvalidOperationException($"it answered another object: {after.ApiVersion} {after}.");
    }

    private string Describe(Exception e) => e is TimeoutException ? $"no answer within {timeout.TotalSeconds:0.###} s." : e.Message;
}
