using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Clusters;
using BackupServer.Engine.Restores.Planning;
using BackupServer.Engine.Restores.Stages;
using BackupServer.Engine.Selecting;

namespace BackupServer.Engine.Restores;

/// <summary>Makes sure that every namespace is there before anything in it: waits for those that are being deleted, makes those the backup has no object of.</summary>
internal sealed class NamespaceWave(RestoreState state, IClusterReader reader, IClusterWriter writer, TimeProvider clock)
{
    private readonly ClusterWait _wait = new(clock);

    /// <summary>Waits until namespaces that are being deleted are gone. Comes before the namespaces of the backup are made.</summary>
    public async Task WaitForDeletionsAsync(CancellationToken cancellationToken)
    {
        if (state.Catalog.Find(WellKnown.Namespaces) is not { } type)
        {
            return;
        }

        var names = state.Plan.BlankNamespaces
            .Concat(state.Plan.Items.Where(item => item.Wave == RestoreWave.Namespaces).Select(item => item.Target.Name.Name))
            .Distinct();
        await Task.WhenAll(names.Select(name => WaitForDeletionAsync(type, name, cancellationToken)));
    }

    /// <summary>Makes the namespaces that the backup has no object of.</summary>
    public async Task MakeBlankAsync(CancellationToken cancellationToken)
    {
        foreach (var name in state.Plan.BlankNamespaces.Where(name => !state.ClosedNamespaces.ContainsKey(name)))
        {
            var content = new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "Namespace",
                ["metadata"] = new JsonObject { ["name"] = name },
            };
            OriginLabels.Put(content, state.Request.BackupName, state.Request.Name, state.Request.Uid);
            var result = await writer.CreateAsync(state.Catalog.Find(WellKnown.Namespaces)!, content, cancellationToken);
            if (!result.IsDone && result.Outcome != WriteOutcome.AlreadyExists)
            {
                state.ClosedNamespaces[name] = result.Message;
                state.Journal.Error($"{WellKnown.Namespaces} {name}", $"The namespace could not be created; the API server says: {result.Message}");
            }
        }
    }

    private async Task WaitForDeletionAsync(ResourceType type, string name, CancellationToken cancellationToken)
    {
        if (await IsGoneAsync(type, name, cancellationToken))
        {
            return;
        }

        var timeout = state.Request.DeletionTimeout;
        using var waiting = state.Progress.Waiting($"waits up to {GoDuration.Format(timeout)} for namespace {name}, which is being deleted, to be gone");
        if (!await _wait.UntilAsync(token => IsGoneAsync(type, name, token), timeout, cancellationToken))
        {
            var reason = $"it is being deleted, and was not gone within {GoDuration.Format(timeout)}";
            state.ClosedNamespaces[name] = reason;
            state.Journal.Error($"{WellKnown.Namespaces} {name}", $"Nothing in this namespace is restored: {reason}. See its status.conditions for what holds it, and restore again when it is gone.");
        }
    }

    private async Task<bool> IsGoneAsync(ResourceType type, string name, CancellationToken cancellationToken) =>
        await reader.GetAsync(type, new ObjectName("", name), cancellationToken) is not { } one || !IsTerminating(one);

    private static bool IsTerminating(RawObject one) => one.Metadata.DeletionTimestamp is not null || one.ToNode().Text("status", "phase") == "Terminating";
}
