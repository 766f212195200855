using System.Text.Json.Nodes;

namespace BackupServer.Engine.Restores.Stages;

/// <summary>Merges a ServiceAccount that exists with the one of the backup, whatever the policy: what only one has, both keep.</summary>
internal static class AccountMerge
{
    public static JsonObject Merge(JsonObject live, JsonObject wanted)
    {
        var merged = (JsonObject)live.DeepClone();
        foreach (var name in new[] { "secrets", "imagePullSecrets" })
        {
            if (wanted[name] is JsonArray fromBackup)
            {
                var all = merged[name] as JsonArray ?? [];
                var added = fromBackup.Where(one => !all.Any(other => JsonNode.DeepEquals(one, other))).Select(one => one?.DeepClone()).ToList();
                merged[name] = new JsonArray([.. all.Select(one => one?.DeepClone()), .. added]);
            }
        }

        foreach (var name in new[] { "labels", "annotations" })
        {
            foreach (var (key, value) in wanted.Object("metadata", name) ?? [])
            {
                var map = merged.Ensure("metadata").Ensure(name);
                if (!map.ContainsKey(key))
                {
                    map[key] = value?.DeepClone();
                }
            }
        }

        if (wanted["automountServiceAccountToken"] is { } automount && !merged.ContainsKey("automountServiceAccountToken"))
        {
            merged["automountServiceAccountToken"] = automount.DeepClone();
        }

        return merged;
    }
}
