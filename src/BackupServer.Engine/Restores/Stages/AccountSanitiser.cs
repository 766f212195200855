using System.Text.Json.Nodes;

namespace BackupServer.Engine.Restores.Stages;

/// <summary>ServiceAccounts: references to tokens that the old cluster made are dropped, all of them.</summary>
internal static class AccountSanitiser
{
    public static void Apply(JsonObject content)
    {
        var prefix = $"{content.Text("metadata", "name")}-token-";
        (content["secrets"] as JsonArray).RemoveWhere(secret => secret.Text("name").StartsWith(prefix, StringComparison.Ordinal));
        content.RemoveIfEmpty("secrets");
    }
}
