using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Clusters;
using BackupServer.Engine.Restores.Planning;
using BackupServer.Engine.Restores.Stages;
using BackupServer.Engine.Selecting;

namespace BackupServer.Engine.Restores;

/// <summary>Takes one object through the stages.</summary>
internal sealed class ItemRestorer(RestoreState state, IClusterReader reader, IClusterWriter writer, TimeProvider clock)
{
    private readonly ActionStage _actions = new(state, clock);
    private readonly ApplyStage _apply = new(state, reader, writer, clock);
    private readonly OwnerLinks _owners = new(state, writer);
    private readonly StatusStage _status = new(state, writer);

    /// <summary>Restores one object; what goes wrong is in the journal.</summary>
    public async Task RunAsync(PlannedItem item, RawObject stored, CancellationToken cancellationToken)
    {
        state.Progress.Working(item.Target.Resource.ToString());
        try
        {
            var outcome = await RestoreAsync(item, stored, cancellationToken);
            if (outcome == ItemOutcome.Failed)
            {
                Lose(item.Target);
            }
            else
            {
                state.Journal.Detail(item.Target.ToString(), outcome == ItemOutcome.Skipped ? "Left as it is." : $"{outcome}.");
            }

            state.Add(outcome);
        }
        catch (ClusterException e)
        {
            state.Journal.Error(item.Target.ToString(), $"Not restored: {e.Message}");
            Lose(item.Target);
            state.Add(ItemOutcome.Failed);
        }
    }

    private void Lose(ObjectReference target)
    {
        if (target.Resource == WellKnown.Claims)
        {
            state.LostClaims[target.Name] = "it could not be restored. Mend that and restore again";
        }
    }

    private async Task<ItemOutcome> RestoreAsync(PlannedItem item, RawObject stored, CancellationToken cancellationToken)
    {
        var target = item.Target;
        var container = target.Resource == WellKnown.Namespaces ? target.Name.Name : target.Name.Namespace;
        if (state.ClosedNamespaces.TryGetValue(container, out var reason))
        {
            return Fail(target, $"Not restored, because the namespace {container} cannot be written to: {reason}");
        }

        if (FindType(item) is not { } type)
        {
            return Fail(target, DescribeMissingType(item));
        }

        var content = stored.ToNode();
        SanitiseStage.Apply(target.Resource, content, state.Request.Spec.PreserveNodePorts == true);
        var isMoved = RemapStage.Apply(target, content, state.Request.Spec);
        if (await _actions.RunAsync(type, target, content, stored, cancellationToken) is not { } acted)
        {
            return ItemOutcome.Skipped;
        }

        content = acted;
        VolumeStage.Apply(target, content, state.Plan);
        if (await ObstacleAsync(target, content, cancellationToken) is { } obstacle)
        {
            return Fail(target, obstacle);
        }

        OriginLabels.Put(content, state.Request.BackupName, state.Request.Name, state.Request.Uid);
        _owners.Put(content, stored.Metadata.OwnerReferences);
        var (outcome, live) = await _apply.RunAsync(type, target, content, isMoved, cancellationToken);
        if (live is not null && stored.Metadata.Uid.Length > 0)
        {
            state.Uids[stored.Metadata.Uid] = live.Metadata.Uid;
        }

        if (outcome is ItemOutcome.Created or ItemOutcome.Updated)
        {
            state.Applied.Add((type, target));
            _owners.Remember(type, target, live!, stored.Metadata.OwnerReferences);
            if (StatusStage.IsWanted(type, item.Wave, stored))
            {
                await _status.RunAsync(type, target, stored, cancellationToken);
            }
        }

        return outcome;
    }

    private ResourceType? FindType(PlannedItem item) =>
        state.Catalog.Find(new GroupVersionResource(item.Line.Group, item.Line.Version, item.Line.Resource));

    private string DescribeMissingType(PlannedItem item)
    {
        var kind = item.Target.Resource;
        var served = state.Catalog.Types.Where(type => type.Resource.GroupResource == kind).Select(type => type.Resource.Version).ToList();
        return served.Count > 0
            ? $"Not restored: the backup holds it in version {item.Line.Version}, which the cluster does not serve; it serves {string.Join(", ", served)}."
            : item.Wave == RestoreWave.CustomResources
                ? $"Not restored: the cluster does not know the kind {item.Line.Kind}, because it has no CustomResourceDefinition {kind}, and none was restored. Install the operator that brings it, or restore the definition too."
                : $"Not restored: the cluster does not serve {kind}.";
    }

    private async Task<string?> ObstacleAsync(ObjectReference target, JsonObject content, CancellationToken cancellationToken) =>
        target.Resource == WellKnown.Claims ? await MissingClassAsync(content, cancellationToken) ?? await TakenVolumeAsync(target, content, cancellationToken)
        : ClaimUses.FirstOf(target, content, state.LostClaims.Keys) is { } claim
            ? $"Held back, because it uses the claim {claim}: {state.LostClaims[claim]}."
            : null;

    // A claim in a class that nobody serves would wait forever, and so would its pods.
    private async Task<string?> MissingClassAsync(JsonObject content, CancellationToken cancellationToken)
    {
        var name = content.Text("spec", "storageClassName");
        return state.Request.Spec.StorageClassMapping?.ContainsValue(name) == true && !await MappedClasses.ExistsAsync(state.Catalog, reader, name, cancellationToken)
            ? $"Not restored: storageClassMapping gives it the StorageClass {name}, which the cluster does not have."
            : null;
    }

    // A claim that stays on its old volume beside the original one would wait forever too.
    private async Task<string?> TakenVolumeAsync(ObjectReference target, JsonObject content, CancellationToken cancellationToken)
    {
        var name = content.Text("spec", "volumeName");
        if (name.Length == 0 || state.Catalog.Find(WellKnown.Volumes) is not { } type
            || await reader.GetAsync(type, new ObjectName("", name), cancellationToken) is not { } volume)
        {
            return null;
        }

        var user = volume.ToNode().Object("spec", "claimRef");
        var owner = new ObjectName(user.Text("namespace"), user.Text("name"));
        return owner.Name.Length == 0 || owner == target.Name
            ? null
            : $"Not restored: its volume {name} is in use by the claim {owner}, and the backup holds no copy of its data to fill another one with.";
    }

    private ItemOutcome Fail(ObjectReference target, string text)
    {
        state.Journal.Error(target.ToString(), text);
        return ItemOutcome.Failed;
    }
}
