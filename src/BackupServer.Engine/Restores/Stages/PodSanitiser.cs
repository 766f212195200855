using System.Text.Json.Nodes;

namespace BackupServer.Engine.Restores.Stages;

/// <summary>Pods: scheduler and admission of the target choose node, priority and tokens anew.</summary>
internal static class PodSanitiser
{
    public static void Apply(JsonObject content)
    {
        if (content.Object("spec") is not { } spec)
        {
            return;
        }

        spec.Remove("nodeName");
        spec.Remove("priority");
        spec.Remove("ephemeralContainers");
        var account = spec.Text("serviceAccountName") is { Length: > 0 } name ? name : "default";
        bool IsToken(string volume) => volume.StartsWith($"{account}-token-", StringComparison.Ordinal);

        (spec.At("volumes") as JsonArray).RemoveWhere(volume => IsToken(volume.Text("name")));
        spec.RemoveIfEmpty("volumes");
        foreach (var container in spec.Items("containers").Concat(spec.Items("initContainers")))
        {
            (container.At("volumeMounts") as JsonArray).RemoveWhere(mount => IsToken(mount.Text("name")));
            container.RemoveIfEmpty("volumeMounts");
        }
    }
}
