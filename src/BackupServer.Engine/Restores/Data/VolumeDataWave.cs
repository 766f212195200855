using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources;
using BackupServer.Engine.Clusters;
using BackupServer.Engine.Restores.Planning;
using BackupServer.Engine.Restores.Stages;
using BackupServer.Engine.Selecting;
using BackupServer.Engine.Volumes;

namespace BackupServer.Engine.Restores.Data;

/// <summary>Writes the data of claims that this restore made, before anything that uses them is created.</summary>
internal sealed class VolumeDataWave(RestoreState state, IClusterReader reader, IClusterWriter writer, IVolumeCopier copier, TimeProvider clock)
{
    private static readonly TimeSpan GoneTimeout = TimeSpan.FromMinutes(1);

    private readonly ClusterWait _wait = new(clock);
    private readonly ApplyStage _apply = new(state, reader, writer, clock);

    public Task RunAsync(CancellationToken cancellationToken) => Parallel.ForEachAsync(
        state.Plan.Volumes,
        new ParallelOptions { MaxDegreeOfParallelism = state.Request.ParallelItems, CancellationToken = cancellationToken },
        async (volume, token) => await RunAsync(volume, token));

    /// <summary>Removes what a stopped restore would leave behind.</summary>
    public async Task CleanUpAsync(CancellationToken cancellationToken)
    {
        foreach (var volume in state.Plan.Volumes)
        {
            await writer.DeleteAsync(state.Catalog.Find(WellKnown.Pods)!, HolderPod.NameFor(state.Request, volume), null, cancellationToken);
        }
    }

    private async Task RunAsync(PlannedVolume volume, CancellationToken cancellationToken)
    {
        if (state.LostClaims.ContainsKey(NameOf(volume)))
        {
            // Said when the claim could not be made.
            return;
        }

        try
        {
            if (await RestoreAsync(volume, cancellationToken) is { } failure)
            {
                Lose(volume, failure);
            }
        }
        catch (ClusterException e)
        {
            Lose(volume, e.Message);
        }
    }

    private void Lose(PlannedVolume volume, string failure)
    {
        state.Journal.Error($"{WellKnown.Claims} {volume.Key}", $"Its data was not restored: {failure}");
        state.LostClaims[NameOf(volume)] = "it does not hold its data. Mend that, delete the claim and restore again";
    }

    private static ObjectName NameOf(PlannedVolume volume) => new(volume.TargetNamespace, volume.Record.Claim!);

    private async Task<string?> RestoreAsync(PlannedVolume volume, CancellationToken cancellationToken)
    {
        var type = state.Catalog.Find(WellKnown.Claims)!;
        var name = NameOf(volume);
        if (await reader.GetAsync(type, name, cancellationToken) is not { } claim)
        {
            return "the claim does not exist.";
        }

        if (claim.Metadata.Labels.GetValueOrDefault(Labels.RestoreUid) != state.Request.Uid)
        {
            if (claim.Metadata.Annotations.ContainsKey(VolumeStage.Pending))
            {
                return $"restore {claim.Metadata.Labels.GetValueOrDefault(Labels.RestoreName)} made the claim and has not written its data. If that restore is still running, wait for it; otherwise delete the claim and restore again.";
            }

            // What uses the claim goes on with the data that is there; that it is not the backup's must not look like a success.
            state.Journal.Error(
                $"{WellKnown.Claims} {volume.Key}",
                "Its data was not restored: the claim was there before, and existing data is never overwritten. Delete the claim and restore again if the backup's data is wanted; set restorePVs to false if it is not.");
            return null;
        }

        if (!claim.Metadata.Annotations.ContainsKey(VolumeStage.Pending))
        {
            // Written before this run was started again.
            state.AddVolume(volume.Record.Bytes);
            return null;
        }

        var failure = await new ClaimBinding(reader, state.Catalog).WhyNeverAsync(claim, cancellationToken) ?? await WithHolderAsync(volume, type, name, cancellationToken);
        if (failure is null)
        {
            var done = new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [VolumeStage.Pending] = null } } };
            await writer.PatchAsync(type, name, done, cancellationToken);
            state.Journal.Note($"{WellKnown.Claims} {name}", $"Its data is restored: {volume.Record.Files} files, {volume.Record.Bytes} bytes.");
        }

        return failure;
    }

    private async Task<string?> WithHolderAsync(PlannedVolume volume, ResourceType claims, ObjectName claim, CancellationToken cancellationToken)
    {
        var pods = state.Catalog.Find(WellKnown.Pods)!;
        var name = HolderPod.NameFor(state.Request, volume);
        var made = await _apply.CreateAsync(pods, HolderPod.Make(state.Request, volume), cancellationToken);
        if (!made.IsDone && made.Outcome != WriteOutcome.AlreadyExists)
        {
            return $"the pod {name} that holds the claim mounted was refused: {made.Message}";
        }

        RawObject? holder = null;
        using var waiting = state.Progress.Waiting(
            $"waits up to {GoDuration.Format(state.Request.HolderTimeout)} for the pod {name} to run, which mounts the claim {claim} so that its data can be written");
        var runs = await _wait.UntilAsync(
            async token => (holder = await reader.GetAsync(pods, name, token)) is null || PodFacts.Read(holder) is { Phase: "Running" or "Failed", Node.Length: > 0 },
            state.Request.HolderTimeout,
            cancellationToken);
        waiting.Dispose();
        var failure = !runs ? $"the pod {name} that holds the claim mounted did not run within {GoDuration.Format(state.Request.HolderTimeout)}: {WhyNot(holder)}"
            : holder is null || PodFacts.Read(holder).Phase != "Running" ? $"the pod {name} that holds the claim mounted was stopped by somebody."
            : await CopyAsync(volume, PodFacts.Read(holder), await reader.GetAsync(claims, claim, cancellationToken), cancellationToken);
        await RemoveAsync(pods, name, holder?.Metadata.Uid, cancellationToken);
        return failure;
    }

    private async Task<string?> CopyAsync(PlannedVolume volume, PodFacts holder, RawObject? claim, CancellationToken cancellationToken)
    {
        if (claim is null)
        {
            return "the claim was deleted by somebody.";
        }

        if (TooSmall(volume, claim) is { } tooSmall)
        {
            return tooSmall;
        }

        var work = new VolumeRestoreWork
        {
            RunUid = state.Request.Uid,
            RunName = state.Request.Name,
            Key = volume.Key,
            Node = holder.Node,
            Namespace = holder.Namespace,
            Pod = holder.Name,
            PodUid = holder.Uid,
            PodVolume = HolderPod.VolumeName,
            Claim = volume.Record.Claim!,
            Volume = ClaimFacts.Read(claim).Volume is { Length: > 0 } name ? name : null,
            StorageLocation = state.Request.StorageLocation,
            RepositoryPath = volume.Record.Repository!,
            SnapshotId = volume.Record.SnapshotId!,
        };
        var timeout = state.Request.Spec.ItemOperationTimeout ?? TimeSpan.FromHours(4);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var outcome = await copier.RestoreAsync(work, state.Progress.ForVolume(volume.Key), patience.Token).WaitAsync(timeout, clock, cancellationToken);
            return Take(volume, outcome);
        }
        catch (TimeoutException)
        {
            await patience.CancelAsync();
            await copier.StopAsync(state.Request.Uid, volume.Key, cancellationToken);
            return $"it was not done within {timeout}; raise itemOperationTimeout if the volume is that large.";
        }
    }

    private string? Take(PlannedVolume volume, VolumeRestoreOutcome outcome)
    {
        foreach (var problem in outcome.Problems)
        {
            state.Journal.Error($"{WellKnown.Claims} {volume.Key}", problem);
        }

        if (outcome.ProblemCount > outcome.Problems.Count)
        {
            state.Journal.Error($"{WellKnown.Claims} {volume.Key}", $"{outcome.ProblemCount - outcome.Problems.Count} more files could not be restored whole.");
        }

        if (outcome.Failure is null)
        {
            state.AddVolume(outcome.Bytes);
        }

        return outcome.Failure;
    }

    // Files may be sparse and so larger than the volume they came from: only a volume that is smaller than that one, too, is too small.
    private static string? TooSmall(PlannedVolume volume, RawObject claim)
    {
        var node = claim.ToNode();
        return Quantity.TryParse(node.Text("status", "capacity", "storage"), out var capacity)
            && volume.Record.Capacity is { } before && capacity < before && capacity < volume.Record.Bytes
                ? $"the claim is too small: its volume has {capacity} bytes, the data has {volume.Record.Bytes}. Give the claim a larger request."
                : null;
    }

    private static string WhyNot(RawObject? holder) => holder?.ToNode() is { } node
        ? node.Items("status", "conditions").Where(condition => condition.Text("status") == "False").Select(condition => condition.Text("message")).FirstOrDefault(text => text.Length > 0)
            ?? $"it is {node.Text("status", "phase")}."
        : "it is gone.";

    private async Task RemoveAsync(ResourceType pods, ObjectName name, string? uid, CancellationToken cancellationToken)
    {
        await writer.DeleteAsync(pods, name, uid, cancellationToken);

        // The volume may be usable by one node or one pod only: the application must find it free.
        await _wait.UntilAsync(async token => await reader.GetAsync(pods, name, token) is null, GoneTimeout, cancellationToken);
    }
}
