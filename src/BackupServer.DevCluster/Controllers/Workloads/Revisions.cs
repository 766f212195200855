using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Controllers.Workloads;

/// <summary>ControllerRevisions of StatefulSets and DaemonSets: one per template, named by its hash, trimmed to the history limit.</summary>
internal sealed class Revisions(IObjectClient client)
{
    private const string Resource = "controllerrevisions.apps";

    /// <summary>The label that tells which revision a Pod was made from.</summary>
    public const string HashLabel = "controller-revision-hash";

    /// <summary>The revision of the owner's template, made or moved to the newest when needed. Its name is <c>owner-hash</c>.</summary>
    public async Task<JsonObject> CurrentAsync(JsonObject owner, CancellationToken cancellationToken)
    {
        var template = owner.At("spec", "template")!;
        var known = client.List(Resource, owner.Namespace()).Where(revision => OwnerReference.IsControlledBy(revision, owner)).ToList();
        var newest = known.Select(revision => revision.Number("revision") ?? 0).DefaultIfEmpty().Max();
        var hash = SafeName.HashOf(template);
        var name = $"{owner.Name()}-{hash}";
        if (known.Find(revision => revision.Name() == name) is { } present)
        {
            if (present.Number("revision") == newest) return present;
            return await client.ChangeAsync(Resource, owner.Namespace(), name, "", revision => revision["revision"] = newest + 1, cancellationToken) ?? present;
        }

        var data = (JsonObject)template.DeepClone();
        data["$patch"] = "replace";
        var labels = template.At("metadata", "labels")?.DeepClone() as JsonObject ?? [];
        labels[HashLabel] = hash;
        var made = new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "ControllerRevision",
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["namespace"] = owner.Namespace(),
                ["labels"] = labels,
                ["ownerReferences"] = new JsonArray(OwnerReference.ControllerReference(owner)),
            },
            ["data"] = new JsonObject { ["spec"] = new JsonObject { ["template"] = data } },
            ["revision"] = newest + 1,
        };
        if (client.Get(Resource, owner.Namespace(), name) is { } orphan)
        {
            // Left by an owner that was orphaned or restored: it says the same, so it is taken over.
            return await client.ChangeAsync(Resource, owner.Namespace(), name, "", revision =>
            {
                if (OwnerReference.ControllerOf(revision) is null) OwnerReference.Add(revision, OwnerReference.ControllerReference(owner));
            }, cancellationToken) ?? orphan;
        }

        return await client.CreateAsync(Resource, owner.Namespace(), made, cancellationToken);
    }

    public async Task TrimAsync(JsonObject owner, IReadOnlySet<string> inUse, CancellationToken cancellationToken)
    {
        var idle = client.List(Resource, owner.Namespace())
            .Where(revision => OwnerReference.IsControlledBy(revision, owner) && !inUse.Contains(revision.Name()))
            .OrderBy(revision => revision.Number("revision"))
            .ToList();
        foreach (var revision in idle.Take(Math.Max(0, idle.Count - owner.Int(10, "spec", "revisionHistoryLimit"))))
        {
            await client.DeleteAsync(Resource, owner.Namespace(), revision.Name(), new DeleteWish(revision.Uid()), cancellationToken);
        }
    }
}
