using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Plugins.ItemActions;

namespace BackupServer.Engine.Restores.Stages;

/// <summary>Calls the actions of plugins. One that throws, hangs or answers nonsense is an error about the object, which goes on without it.</summary>
internal sealed class ActionStage(RestoreState state, TimeProvider clock)
{
    /// <summary>The object to go on with, or null when an action skips it.</summary>
    public async Task<JsonObject?> RunAsync(
        ResourceType type, ObjectReference target, JsonObject content, RawObject stored, CancellationToken cancellationToken)
    {
        foreach (var action in state.Request.Actions)
        {
            if (!action.AppliesTo.Matches(type.Resource.GroupResource, stored.Metadata.Namespace))
            {
                continue;
            }

            if (state.Patience.IsOff(action, target))
            {
                continue;
            }

            try
            {
                // The action gets a copy: what it breaks before it throws must not be restored.
                var item = new RestoreItem(type, (JsonObject)content.DeepClone(), stored, state.Request.Name);
                var result = await CallAsync(action, item, cancellationToken)
                    ?? throw new InvalidOperationException("it answered nothing.");
                foreach (var warning in result.Warnings ?? [])
                {
                    state.Journal.Warn(target.ToString(), warning);
                }

                if (result.SkipReason is { } reason)
                {
                    state.Journal.Note(target.ToString(), $"Not restored: the plugin action {action.Name} says: {reason}");
                    return null;
                }

                content = result.Changed is { } changed ? Check(changed, content) : content;
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                // The boundary to foreign code: whatever it throws concerns this object only.
                var text = e is TimeoutException ? $"no answer within {state.Request.ActionTimeout.TotalSeconds:0.###} s." : e.Message;
                state.Journal.Error(target.ToString(), $"The plugin action {action.Name} failed, so the object is restored without it: {text}");
                if (e is TimeoutException)
                {
                    state.Patience.TimedOut(action, action.Name, state.Request.ActionTimeout);
                }
            }
        }

        return content;
    }

    private async Task<RestoreItemActionResult?> CallAsync(IRestoreItemAction action, RestoreItem item, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var call = Task.Run(() => action.ExecuteAsync(item, patience.Token).AsTask(), CancellationToken.None);
        try
        {
            return await call.WaitAsync(state.Request.ActionTimeout, clock, cancellationToken);
        }
        finally
        {
            await patience.CancelAsync();
        }
    }

    private static JsonObject Check(JsonObject changed, JsonObject before) =>
        changed.Text("kind") == before.Text("kind")
        && changed.Text("apiVersion") == before.Text("apiVersion")
        && changed.Text("metadata", "name") == before.Text("metadata", "name")
        && changed.Text("metadata", "namespace") == before.Text("metadata", "namespace")
            ? (JsonObject)changed.DeepClone()
            : throw new InvalidOperationException($"it answered another object: {changed.Text("kind")} {changed.Text("metadata", "name")}.");
}
