using System.Text.Json.Nodes;

namespace BackupServer.Engine.Restores.Stages;

/// <summary>Jobs: the uid that ties a job to its pods is given anew, in the selector and in the pods' labels.</summary>
internal static class JobSanitiser
{
    private static readonly string[] Keys = ["controller-uid", "batch.kubernetes.io/controller-uid"];

    public static void Apply(JsonObject content)
    {
        foreach (var key in Keys)
        {
            content.Remove("spec", "selector", "matchLabels", key);
            content.Remove("spec", "template", "metadata", "labels", key);
            content.Remove("metadata", "labels", key);
        }

        content.RemoveIfEmpty("spec", "selector", "matchLabels");
        content.RemoveIfEmpty("spec", "selector");
    }
}
