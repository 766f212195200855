using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Engine.Clusters;
using BackupServer.Engine.Selecting;

namespace BackupServer.Engine.Restores.Stages;

/// <summary>
/// Makes an object, or decides about the one that is there. An object that this very restore made (known by its label) counts as made, so a
/// restore that starts again comes to the same result.
/// </summary>
internal sealed class ApplyStage(RestoreState state, IClusterReader reader, IClusterWriter writer, TimeProvider clock)
{
    private static readonly TimeSpan AccountTimeout = TimeSpan.FromSeconds(30);
    private readonly ClusterWait _wait = new(clock);

    /// <summary>Makes the object; returns what became of it, and the object in the cluster where there is one.</summary>
    public async Task<(ItemOutcome Outcome, RawObject? Object)> RunAsync(
        ResourceType type, ObjectReference target, JsonObject content, CancellationToken cancellationToken)
    {
        var result = await CreateAsync(type, content, cancellationToken);
        if (IsTakenPortOfItself(target, result) || result.Outcome == WriteOutcome.AlreadyExists)
        {
            var existing = await reader.GetAsync(type, target.Name, cancellationToken);
            if (existing?.Metadata.DeletionTimestamp is not null && await IsGoneAsync(type, target, cancellationToken))
            {
                existing = null;
            }

            if (existing is not null)
            {
                return existing.Metadata.DeletionTimestamp is null
                    ? await MeetAsync(type, target, content, existing, cancellationToken)
                    : Fail(target, $"An object of this name is being deleted, and was not gone within {state.Request.ResourceTimeout}; its finalizers ({string.Join(", ", FinalizersOf(existing))}) hold it.");
            }

            // It was deleted between the two answers.
            result = await CreateAsync(type, content, cancellationToken);
        }

        return result.IsDone ? (ItemOutcome.Created, result.Object) : Fail(target, Describe(target, result));
    }

    /// <summary>Creates, and waits for the default account that a new namespace gets a moment after it was made.</summary>
    public async Task<WriteResult> CreateAsync(ResourceType type, JsonObject content, CancellationToken cancellationToken)
    {
        var result = await writer.CreateAsync(type, content, cancellationToken);
        if (IsMissingAccount(result))
        {
            await _wait.UntilAsync(
                async token => !IsMissingAccount(result = await writer.CreateAsync(type, content, token)), AccountTimeout, cancellationToken);
        }

        return result;
    }

    private static bool IsMissingAccount(WriteResult result) =>
        result.Outcome == WriteOutcome.Refused && result.Status == 403
        && result.Message.Contains("serviceaccount", StringComparison.OrdinalIgnoreCase)
        && result.Message.Contains("not found", StringComparison.OrdinalIgnoreCase);

    private static bool IsTakenPortOfItself(ObjectReference target, WriteResult result) =>
        target.Resource == WellKnown.Services && result.Outcome == WriteOutcome.Refused
        && result.Message.Contains("already allocated", StringComparison.Ordinal);

    private static IEnumerable<string> FinalizersOf(RawObject existing) => existing.ToNode().Items("metadata", "finalizers").Select(name => name?.ToString() ?? "");

    private async Task<bool> IsGoneAsync(ResourceType type, ObjectReference target, CancellationToken cancellationToken) =>
        await _wait.UntilAsync(async token => await reader.GetAsync(type, target.Name, token) is null, state.Request.ResourceTimeout, cancellationToken);

    private async Task<(ItemOutcome Outcome, RawObject? Object)> MeetAsync(
        ResourceType type, ObjectReference target, JsonObject content, RawObject existing, CancellationToken cancellationToken)
    {
        if (existing.Metadata.Labels.GetValueOrDefault(Labels.RestoreUid) == state.Request.Uid)
        {
            return (ItemOutcome.Created, existing);
        }

        if (target.Resource == WellKnown.Namespaces)
        {
            return (ItemOutcome.Skipped, existing);
        }

        var live = Comparable(target.Resource, existing.ToNode());
        var wanted = Comparable(target.Resource, (JsonObject)content.DeepClone());
        if (target.Resource == WellKnown.ServiceAccounts)
        {
            wanted = AccountMerge.Merge(live, wanted);
        }

        var update = state.Request.Spec.ExistingResourcePolicy == ExistingResourcePolicy.Update;
        var patch = MergePatch.Between(live, wanted);
        if (patch.Count == 0)
        {
            // Merged by this restore before it was killed.
            var merged = existing.Metadata.Labels.GetValueOrDefault(Labels.RestoreName) == content.Text("metadata", "labels", Labels.RestoreName);
            return update ? await PatchAsync(type, target, patch, content, existing, cancellationToken)
                : (merged ? ItemOutcome.Updated : ItemOutcome.Skipped, existing);
        }

        if (!update && target.Resource != WellKnown.ServiceAccounts)
        {
            state.Journal.Warn(target.ToString(), $"Not restored: it exists and differs from the backup ({string.Join(", ", patch.Select(member => member.Key))}). Delete it first, or set existingResourcePolicy to Update.");
            return (ItemOutcome.Skipped, existing);
        }

        return await PatchAsync(type, target, patch, content, existing, cancellationToken);
    }

    private async Task<(ItemOutcome Outcome, RawObject? Object)> PatchAsync(
        ResourceType type, ObjectReference target, JsonObject patch, JsonObject content, RawObject existing, CancellationToken cancellationToken)
    {
        // A change of the object is one of this restore; the uid stays away, because that says who made it.
        var labels = patch.Ensure("metadata").Ensure("labels");
        foreach (var (key, value) in OriginOf(content))
        {
            labels[key] = value?.DeepClone();
        }

        var result = await writer.PatchAsync(type, target.Name, patch, cancellationToken);
        if (result.IsDone)
        {
            return (ItemOutcome.Updated, result.Object ?? existing);
        }

        state.Journal.Warn(target.ToString(), $"It exists and could not be changed to what the backup holds; only its labels say where it would come from: {result.Message}");
        var labelsOnly = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = OriginOf(content) } };
        await writer.PatchAsync(type, target.Name, labelsOnly, cancellationToken);
        return (ItemOutcome.Skipped, existing);
    }

    private static JsonObject OriginOf(JsonObject content) => new()
    {
        [Labels.BackupName] = content.Text("metadata", "labels", Labels.BackupName),
        [Labels.RestoreName] = content.Text("metadata", "labels", Labels.RestoreName),
    };

    private JsonObject Comparable(GroupResource kind, JsonObject content)
    {
        SanitiseStage.Apply(kind, content, state.Request.Spec.PreserveNodePorts == true);
        OriginLabels.Remove(content);
        if (kind == WellKnown.Claims)
        {
            VolumeStage.Untie(content, state.Plan.KeptVolumes);
        }
        else if (kind == WellKnown.Volumes)
        {
            content.Remove("spec", "claimRef", "uid");
            content.Remove("spec", "claimRef", "resourceVersion");
        }

        // There on both sides, so that a difference is one of single labels.
        content.Ensure("metadata").Ensure("labels");
        return content;
    }

    private (ItemOutcome Outcome, RawObject? Object) Fail(ObjectReference target, string text)
    {
        state.Journal.Error(target.ToString(), text);
        return (ItemOutcome.Failed, null);
    }

    private static string Describe(ObjectReference target, WriteResult result) => result.Outcome == WriteOutcome.NotFound
        ? $"It could not be created: its namespace {target.Name.Namespace} or its kind is gone ({result.Message})."
        : $"It could not be created; the API server says: {result.Message}";
}
