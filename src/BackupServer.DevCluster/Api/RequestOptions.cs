using System.Text.Json.Nodes;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.Api;

/// <summary>Checks shared by the options of all writing verbs.</summary>
internal static class RequestOptions
{
    /// <summary>dryRun may only be <c>All</c>.</summary>
    public static void CheckDryRun(IReadOnlyList<string> values, FieldErrors errors)
    {
        if (values.Any(v => v != "All"))
        {
            errors.NotSupported("dryRun", new JsonArray([.. values.Select(v => (JsonNode)v)]), ["All"]);
        }
    }
}
