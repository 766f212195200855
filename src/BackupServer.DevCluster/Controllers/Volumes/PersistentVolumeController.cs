using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Controllers.Volumes;

/// <summary>
/// Binds claims and volumes, provisions ours, releases and reclaims. A key with a namespace is a claim, one without a volume.
/// </summary>
internal sealed class PersistentVolumeController(ControllerContext context) : Reconciler(context, "persistent-volume-binder")
{
    private readonly Lock _lock = new();
    private readonly HashSet<ObjectKey> _unbound = [];

    private VolumeBinder Binder => field ??= new VolumeBinder(Client, Time);

    private LocalProvisioner Provisioner => field ??= new LocalProvisioner(Client, Context.Paths);

    protected override IReadOnlyCollection<string>? Watched { get; } = [VolumeNames.Claims, VolumeNames.Volumes, VolumeNames.Classes, "nodes"];

    protected override IEnumerable<ObjectKey> KeysOf(ObjectChange change)
    {
        switch (change.Resource)
        {
            case VolumeNames.Claims:
                var keys = new List<ObjectKey> { change.Key };
                if (change.Object.Text("spec", "volumeName") is { Length: > 0 } volumeName) keys.Add(new ObjectKey(null, volumeName));
                if (change.Deleted) Forget(change.Key);
                return keys;
            case VolumeNames.Volumes:
                var reference = change.Object.At("spec", "claimRef");
                var claim = reference.Text("name") is { } name ? new ObjectKey(reference.Text("namespace"), name) : (ObjectKey?)null;
                // A volume that came or became free may be what any waiting claim waits for.
                return [change.Key, .. claim is { } key ? [key] : Unbound(), .. change.Created ? Unbound() : []];
            default:
                return change.Resource == "nodes" && !change.Created ? [] : Unbound();
        }
    }

    protected override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (key.Namespace is null)
        {
            if (Client.Get(VolumeNames.Volumes, null, key.Name) is { } volume) await SyncVolumeAsync(volume, cancellationToken);
            return null;
        }

        if (Client.Get(VolumeNames.Claims, key.Namespace, key.Name) is not { } claim) return null;
        if (claim.Annotation(VolumeNames.BindCompleted) is not null) await SyncBoundAsync(claim, cancellationToken);
        else await SyncUnboundAsync(claim, cancellationToken);
        return null;
    }

    private async Task SyncBoundAsync(JsonObject claim, CancellationToken cancellationToken)
    {
        Forget(new ObjectKey(claim.Namespace(), claim.Name()));
        var volume = claim.Text("spec", "volumeName") is { Length: > 0 } name ? Client.Get(VolumeNames.Volumes, null, name) : null;
        var owner = volume.At("spec", "claimRef");
        if (volume is null || (owner is JsonObject && owner.Text("uid") != claim.Uid()))
        {
            var message = volume is null
                ? "Bound claim has lost its PersistentVolume. Data on the volume is lost!"
                : "Two claims are bound to the same volume, this one is bound incorrectly";
            if (claim.Text("status", "phase") == "Lost") return;
            await SetClaimPhaseAsync(claim, "Lost", cancellationToken);
            await Events.WarningAsync(claim, volume is null ? "ClaimLost" : "ClaimMisbound", message, cancellationToken);
            return;
        }

        await Binder.BindAsync(volume, claim, cancellationToken);
        await GrowAsync(volume, claim, cancellationToken);
    }

    /// <summary>Our volumes have no size of their own: a claim that asks for more has it.</summary>
    private async Task GrowAsync(JsonObject volume, JsonObject claim, CancellationToken cancellationToken)
    {
        var wanted = claim.Text("spec", "resources", "requests", "storage");
        if (!LocalProvisioner.IsOurs(volume) || VolumeMatch.Amount(wanted) <= VolumeMatch.Capacity(volume)) return;
        await Client.ChangeAsync(VolumeNames.Volumes, null, volume.Name(), "", latest => latest.Ensure("spec", "capacity")["storage"] = wanted, cancellationToken);
        await Client.ChangeAsync(
            VolumeNames.Claims, claim.Namespace(), claim.Name(), "status", latest => latest.Ensure("status", "capacity")["storage"] = wanted, cancellationToken);
    }

    private async Task SyncUnboundAsync(JsonObject claim, CancellationToken cancellationToken)
    {
        if (claim.IsDeleting()) return;
        Remember(new ObjectKey(claim.Namespace(), claim.Name()));
        if (claim.Text("spec", "volumeName") is { Length: > 0 } wanted)
        {
            await BindWishedAsync(claim, wanted, cancellationToken);
            return;
        }

        claim = await GiveDefaultClassAsync(claim, cancellationToken);
        var className = VolumeMatch.ClassOf(claim);
        var storageClass = className.Length == 0 ? null : Client.Get(VolumeNames.Classes, null, className);
        var waits = storageClass.Text("volumeBindingMode") == "WaitForFirstConsumer";
        if (VolumeMatch.Best(claim, Client.List(VolumeNames.Volumes), reservedOnly: waits) is { } volume)
        {
            await Binder.BindAsync(volume, claim, cancellationToken);
            return;
        }

        await SetClaimPhaseAsync(claim, "Pending", cancellationToken);
        if (waits && claim.Annotation(VolumeNames.SelectedNode) is null)
        {
            await Events.NormalAsync(claim, "WaitForFirstConsumer", "waiting for first consumer to be created before binding", cancellationToken);
        }
        else if (storageClass is not null)
        {
            await ProvisionAsync(claim, storageClass, cancellationToken);
        }
        else if (className.Length > 0)
        {
            await Events.WarningAsync(claim, "ProvisioningFailed", $"storageclass.storage.k8s.io \"{className}\" not found", cancellationToken);
        }
        else
        {
            await Events.NormalAsync(claim, "FailedBinding", "no persistent volumes available for this claim and no storage class is set", cancellationToken);
        }
    }

    private async Task BindWishedAsync(JsonObject claim, string wanted, CancellationToken cancellationToken)
    {
        var volume = Client.Get(VolumeNames.Volumes, null, wanted);
        var reserved = volume is not null && VolumeMatch.IsReservedFor(volume, claim);
        if (volume is not null && (reserved || volume.At("spec", "claimRef") is not JsonObject))
        {
            if (reserved || VolumeMatch.Satisfies(volume, claim) is not { } problem)
            {
                await Binder.BindAsync(volume, claim, cancellationToken);
                return;
            }

            await Events.WarningAsync(claim, "VolumeMismatch", $"Cannot bind to requested volume \"{wanted}\": {problem}", cancellationToken);
        }
        else if (volume is not null)
        {
            await Events.WarningAsync(claim, "FailedBinding", $"volume \"{wanted}\" already bound to a different claim.", cancellationToken);
        }

        await SetClaimPhaseAsync(claim, "Pending", cancellationToken);
    }

    private async Task ProvisionAsync(JsonObject claim, JsonObject storageClass, CancellationToken cancellationToken)
    {
        var provisioner = storageClass.Text("provisioner") ?? string.Empty;
        if (provisioner == "kubernetes.io/no-provisioner") return;
        claim = await Client.ChangeAsync(VolumeNames.Claims, claim.Namespace(), claim.Name(), "", latest =>
        {
            latest.SetAnnotation(VolumeNames.BetaStorageProvisioner, provisioner);
            latest.SetAnnotation(VolumeNames.StorageProvisioner, provisioner);
        }, cancellationToken) ?? claim;
        if (provisioner != VolumeNames.Provisioner)
        {
            await Events.NormalAsync(
                claim, "ExternalProvisioning",
                $"Waiting for a volume to be created either by the external provisioner '{provisioner}' or manually by the system administrator. "
                + "If volume creation is delayed, please verify that the provisioner is running and correctly registered.", cancellationToken);
            return;
        }

        if (claim.Text("spec", "volumeMode") == "Block")
        {
            await Events.WarningAsync(claim, "ProvisioningFailed", "the local provisioner makes volumes of mode Filesystem only", cancellationToken);
            return;
        }

        // Immediate: any node that exists; the claim's uid spreads claims over them and answers the same when asked again.
        var nodes = Client.List("nodes").Select(node => node.Name()).Order(StringComparer.Ordinal).ToList();
        var node = claim.Annotation(VolumeNames.SelectedNode) ?? (nodes.Count == 0 ? null : nodes[Math.Abs(claim.Uid().Sum(c => c)) % nodes.Count]);
        if (node is null)
        {
            await Events.WarningAsync(claim, "ProvisioningFailed", "there is no node to make the volume on", cancellationToken);
            return;
        }

        var volume = await Provisioner.ProvisionAsync(claim, storageClass, node, cancellationToken);
        await Events.NormalAsync(claim, "ProvisioningSucceeded", $"Successfully provisioned volume {volume.Name()}", cancellationToken);
        await Binder.BindAsync(volume, claim, cancellationToken);
    }

    private async Task<JsonObject> GiveDefaultClassAsync(JsonObject claim, CancellationToken cancellationToken)
    {
        if (claim.At("spec", "storageClassName") is not null || claim.Annotation("volume.beta.kubernetes.io/storage-class") is not null) return claim;
        var standard = Client.List(VolumeNames.Classes).Where(candidate => candidate.Annotation(VolumeNames.DefaultClass) == "true")
            .OrderByDescending(candidate => candidate.Text("metadata", "creationTimestamp"), StringComparer.Ordinal).FirstOrDefault();
        return standard is null
            ? claim
            : await Client.ChangeAsync(
                VolumeNames.Claims, claim.Namespace(), claim.Name(), "", latest => latest.Ensure("spec")["storageClassName"] = standard.Name(), cancellationToken) ?? claim;
    }

    private async Task SyncVolumeAsync(JsonObject volume, CancellationToken cancellationToken)
    {
        var reference = volume.At("spec", "claimRef");
        if (reference is not JsonObject || reference.Text("uid") is null or "")
        {
            await Binder.SetPhaseAsync(volume.Name(), "Available", cancellationToken);
            return;
        }

        var claim = Client.Get(VolumeNames.Claims, reference.Text("namespace"), reference.Text("name") ?? string.Empty);
        if (claim is null || claim.Uid() != reference.Text("uid"))
        {
            await ReleaseAsync(volume, cancellationToken);
            return;
        }

        var bound = claim.Text("spec", "volumeName");
        if (bound == volume.Name())
        {
            await Binder.SetPhaseAsync(volume.Name(), "Bound", cancellationToken);
        }
        else if (bound is { Length: > 0 })
        {
            // The claim took another volume: a reservation of ours is taken back, a volume made for it is not needed.
            if (LocalProvisioner.IsOurs(volume)) await ReleaseAsync(volume, cancellationToken);
            else if (volume.Annotation(VolumeNames.BoundByController) is not null)
            {
                await Client.ChangeAsync(VolumeNames.Volumes, null, volume.Name(), "", latest =>
                {
                    latest.Fields("spec")!.Remove("claimRef");
                    latest.Fields("metadata", "annotations")?.Remove(VolumeNames.BoundByController);
                }, cancellationToken);
            }
        }
    }

    private async Task ReleaseAsync(JsonObject volume, CancellationToken cancellationToken)
    {
        // A volume whose removal failed stays Failed: going back and forth would wake us for each change of our own.
        if (volume.Text("status", "phase") != "Failed") await Binder.SetPhaseAsync(volume.Name(), "Released", cancellationToken);
        if (volume.Text("spec", "persistentVolumeReclaimPolicy") != "Delete" || !LocalProvisioner.IsOurs(volume)) return;
        try
        {
            await Provisioner.RemoveAsync(volume, cancellationToken);
        }
        catch (IOException exception)
        {
            await Binder.SetPhaseAsync(volume.Name(), "Failed", cancellationToken);
            await Events.WarningAsync(volume, "VolumeFailedDelete", exception.Message, cancellationToken);
            throw;
        }

        await Client.DeleteAsync(VolumeNames.Volumes, null, volume.Name(), new DeleteWish(volume.Uid()), cancellationToken);
    }

    private Task<JsonObject?> SetClaimPhaseAsync(JsonObject claim, string phase, CancellationToken cancellationToken) =>
        Client.ChangeAsync(VolumeNames.Claims, claim.Namespace(), claim.Name(), "status", latest =>
        {
            latest.Ensure("status")["phase"] = phase;
            if (phase == "Bound") return;
            latest.Fields("status")!.Remove("accessModes");
            latest.Fields("status")!.Remove("capacity");
        }, cancellationToken);

    private ObjectKey[] Unbound()
    {
        lock (_lock) return [.. _unbound];
    }

    private void Remember(ObjectKey claim)
    {
        lock (_lock) _unbound.Add(claim);
    }

    private void Forget(ObjectKey claim)
    {
        lock (_lock) _unbound.Remove(claim);
    }
}
