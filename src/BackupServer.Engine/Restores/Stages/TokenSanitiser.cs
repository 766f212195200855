using System.Text.Json.Nodes;

namespace BackupServer.Engine.Restores.Stages;

/// <summary>Secrets of ServiceAccount tokens that a user asked for: the token controller of the target fills them anew.</summary>
internal static class TokenSanitiser
{
    public static void Apply(JsonObject content)
    {
        if (content.Text("type") != "kubernetes.io/service-account-token")
        {
            return;
        }

        content.Remove("data", "token");
        content.Remove("data", "ca.crt");
        content.Remove("data", "namespace");
        content.RemoveIfEmpty("data");
        content.Remove("metadata", "annotations", "kubernetes.io/service-account.uid");
        content.RemoveIfEmpty("metadata", "annotations");
    }
}
