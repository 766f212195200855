using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Engine.Selecting;

namespace BackupServer.Engine.Restores.Stages;

/// <summary>Applies namespace and StorageClass mappings, wherever an object names a namespace or class. Pure. Mappings are applied once.</summary>
public static class RemapStage
{
    /// <summary>Changes the object in place.</summary>
    /// <param name="target">What the object will be.</param>
    /// <param name="content">The object.</param>
    /// <param name="spec">The mappings.</param>
    /// <returns>Whether a reference to a namespace in it was changed, so that it is not what the backup's namespaces have any more.</returns>
    public static bool Apply(ObjectReference target, JsonObject content, RestoreSpec spec)
    {
        var metadata = content.Ensure("metadata");
        metadata["name"] = target.Name.Name;
        if (target.Name.Namespace.Length > 0)
        {
            metadata["namespace"] = target.Name.Namespace;
        }

        if (spec.StorageClassMapping is { Count: > 0 } classes)
        {
            MapClasses(target.Resource, content, classes);
        }

        return spec.NamespaceMapping is { Count: > 0 } namespaces && MapNamespaces(target.Resource, content, namespaces);
    }

    private static bool MapNamespaces(GroupResource kind, JsonObject content, Dictionary<string, string> map)
    {
        var holders = kind == WellKnown.RoleBindings || kind == WellKnown.ClusterRoleBindings ? content.Items("subjects")
            : kind == WellKnown.ValidatingWebhooks || kind == WellKnown.MutatingWebhooks
                ? content.Items("webhooks").Select(webhook => webhook.At("clientConfig", "service"))
            : kind == WellKnown.Definitions ? [content.At("spec", "conversion", "webhook", "clientConfig", "service")]
            : kind == WellKnown.ApiServices ? [content.At("spec", "service")]
            : kind == WellKnown.Volumes ? [content.At("spec", "claimRef")]
            : [];
        var moved = false;
        foreach (var holder in holders.OfType<JsonObject>())
        {
            moved |= Replace(holder, "namespace", map);
            if (holder.Text("kind") is "Group" or "User" && ServiceAccountNames.Map(holder.Text("name"), map) is { } name)
            {
                holder["name"] = name;
                moved = true;
            }
        }

        return moved;
    }

    private static void MapClasses(GroupResource kind, JsonObject content, Dictionary<string, string> map)
    {
        if (kind == WellKnown.Claims || kind == WellKnown.Volumes)
        {
            Replace(content.Object("spec"), "storageClassName", map);
            Replace(content.Object("metadata", "annotations"), "volume.beta.kubernetes.io/storage-class", map);
        }
        else if (kind == WellKnown.StatefulSets)
        {
            foreach (var template in content.Items("spec", "volumeClaimTemplates"))
            {
                Replace(template.Object("spec"), "storageClassName", map);
                Replace(template.Object("metadata", "annotations"), "volume.beta.kubernetes.io/storage-class", map);
            }
        }
    }

    private static bool Replace(JsonObject? holder, string name, Dictionary<string, string> map)
    {
        if (holder is null || !map.TryGetValue(holder.Text(name), out var mapped))
        {
            return false;
        }

        holder[name] = mapped;
        return true;
    }
}
