using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Patching;

/// <summary>RFC 7386.</summary>
internal static class MergePatch
{
    /// <summary>Merges a patch into a tree in place.</summary>
    public static void Apply(JsonObject target, JsonObject patch)
    {
        foreach (var (key, value) in patch)
        {
            switch (value)
            {
                case null:
                    target.Remove(key);
                    break;
                case JsonObject map:
                    if (target[key] is not JsonObject existing)
                    {
                        existing = [];
                        target[key] = existing;
                    }

                    Apply(existing, map);
                    break;
                default:
                    target[key] = value.DeepClone();
                    break;
            }
        }
    }
}
