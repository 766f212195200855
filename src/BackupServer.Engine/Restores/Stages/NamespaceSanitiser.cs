using System.Text.Json.Nodes;

namespace BackupServer.Engine.Restores.Stages;

/// <summary>Namespaces: the API server's own label follows the name, and the finalizer is its own too.</summary>
internal static class NamespaceSanitiser
{
    public static void Apply(JsonObject content)
    {
        content.Remove("metadata", "labels", "kubernetes.io/metadata.name");
        content.RemoveIfEmpty("metadata", "labels");
        content.Remove("spec");
    }
}
