using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Engine.Clusters;
using BackupServer.Engine.Selecting;

namespace BackupServer.Engine.Restores.Stages;

/// <summary>Decides about an object that is in the cluster already. What others depend on loses nothing, whatever the policy.</summary>
internal sealed class ExistingObjects(RestoreState state, IClusterReader reader, IClusterWriter writer)
{
    private const int MostTries = 5;

    /// <summary>Leaves the object, changes it or adds to it; returns what became of it, and the object.</summary>
    public async Task<(ItemOutcome Outcome, RawObject? Object)> MeetAsync(
        ResourceType type, ObjectReference target, JsonObject content, RawObject existing, bool isMoved, CancellationToken cancellationToken)
    {
        if (existing.Metadata.Labels.GetValueOrDefault(Labels.RestoreUid) == state.Request.Uid)
        {
            return (ItemOutcome.Created, existing);
        }

        if (target.Resource == WellKnown.Namespaces)
        {
            return (ItemOutcome.Skipped, existing);
        }

        for (var tries = 1; ; tries++)
        {
            var (patch, isWanted) = Difference(target, content, existing, isMoved);
            if (patch.Count > 0 && !isWanted)
            {
                state.Journal.Warn(target.ToString(), WhyLeft(target, patch, isMoved));
                return (ItemOutcome.Skipped, existing);
            }

            if (patch.Count == 0 && !isWanted)
            {
                return (IsOfThisRestore(existing, content) ? ItemOutcome.Updated : ItemOutcome.Skipped, existing);
            }

            var (result, outcome) = await PatchAsync(type, target, patch, content, existing, isLastTry: tries == MostTries, cancellationToken);
            if (outcome is { } end)
            {
                return (end, result.Object ?? existing);
            }

            // Somebody else changed it meanwhile: what to add is found out anew.
            if (await reader.GetAsync(type, target.Name, cancellationToken) is not { } changed)
            {
                state.Journal.Error(target.ToString(), "It was there, and was deleted by somebody while it was to be changed. Restore again.");
                return (ItemOutcome.Failed, null);
            }

            existing = changed;
        }
    }

    // What makes the live object what it shall be, and whether it is to be made so.
    private (JsonObject Patch, bool IsWanted) Difference(ObjectReference target, JsonObject content, RawObject existing, bool isMoved)
    {
        var live = Comparable(target.Resource, existing.ToNode());
        var wanted = Comparable(target.Resource, (JsonObject)content.DeepClone());
        var update = state.Request.Spec.ExistingResourcePolicy == ExistingResourcePolicy.Update;
        var mapping = state.Request.Spec.NamespaceMapping;
        if (target.Resource == WellKnown.ServiceAccounts)
        {
            var patch = MergePatch.Between(live, AccountMerge.Merge(live, wanted));
            return (patch, update || patch.Count > 0);
        }

        if (BindingMerge.IsShared(target, isMoved, mapping) && BindingMerge.IsSameRole(live, wanted))
        {
            // A mapping is a wish for a copy: its accounts get their rights, and nobody else is touched.
            var merged = isMoved
                ? BindingMerge.Add(live, update ? wanted.Items("subjects") : BindingMerge.MovedSubjects(wanted, mapping))
                : BindingMerge.Add(wanted, live.Items("subjects"));
            var patch = MergePatch.Between(live, InOrderOf(live, merged));
            return (patch, patch.Count > 0 && (isMoved || update));
        }

        var difference = MergePatch.Between(live, wanted);
        return (difference, update && !(isMoved && target.Name.Namespace.Length == 0));
    }

    // The order of subjects means nothing.
    private static JsonObject InOrderOf(JsonObject live, JsonObject merged)
    {
        var before = live.Items("subjects").ToList();
        if (merged.At("subjects") is JsonArray after && after.Count == before.Count && before.All(subject => after.Any(other => JsonNode.DeepEquals(subject, other))))
        {
            merged["subjects"] = live["subjects"]!.DeepClone();
        }

        return merged;
    }

    private static string WhyLeft(ObjectReference target, JsonObject patch, bool isMoved)
    {
        var members = string.Join(", ", patch.Select(member => member.Key));
        return target.Resource == WellKnown.ClusterRoleBindings
            ? $"Not restored: it exists and differs from the backup ({members}). Others may have their rights by it, so do not delete it unseen; subjects are added, and none removed, if you set existingResourcePolicy to update."
            : isMoved && target.Name.Namespace.Length == 0
            ? $"Left as it is: it exists and works for the namespace it was backed up with; namespaceMapping would have it work for another one ({members} differ). Make a copy of it by hand if the new namespace needs it too."
            : $"Not restored: it exists and differs from the backup ({members}). Delete it first, or set existingResourcePolicy to update.";
    }

    private static bool IsOfThisRestore(RawObject existing, JsonObject content) =>
        existing.Metadata.Labels.GetValueOrDefault(Labels.RestoreName) == content.Text("metadata", "labels", Labels.RestoreName);

    /// <summary>Patches; no outcome when somebody else was faster.</summary>
    private async Task<(WriteResult Result, ItemOutcome? Outcome)> PatchAsync(
        ResourceType type, ObjectReference target, JsonObject patch, JsonObject content, RawObject existing, bool isLastTry, CancellationToken cancellationToken)
    {
        // A change of the object is one of this restore; the uid stays away, because that says who made it.
        var metadata = patch.Ensure("metadata");
        var labels = metadata.Ensure("labels");
        foreach (var (key, value) in OriginOf(content))
        {
            labels[key] = value?.DeepClone();
        }

        // A merge patch replaces lists whole: what somebody else added to one since it was read must not be lost.
        metadata["resourceVersion"] = existing.Metadata.ResourceVersion;
        var result = await writer.PatchAsync(type, target.Name, patch, cancellationToken);
        if (result.IsDone || (result.Outcome == WriteOutcome.Conflict && !isLastTry))
        {
            return (result, result.IsDone ? ItemOutcome.Updated : null);
        }

        state.Journal.Warn(target.ToString(), $"It exists and could not be changed to what the backup holds; only its labels say where it would come from: {result.Message}");
        var labelsOnly = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = OriginOf(content) } };
        await writer.PatchAsync(type, target.Name, labelsOnly, cancellationToken);
        return (result, ItemOutcome.Skipped);
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
}
