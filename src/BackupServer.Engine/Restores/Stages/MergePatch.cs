using System.Text.Json.Nodes;

namespace BackupServer.Engine.Restores.Stages;

/// <summary>JSON merge patches (RFC 7386).</summary>
public static class MergePatch
{
    /// <summary>The patch that makes one object of another; empty when they are equal. Lists are replaced whole.</summary>
    public static JsonObject Between(JsonObject from, JsonObject to)
    {
        var patch = new JsonObject();
        foreach (var (name, value) in to)
        {
            var old = from[name];
            if (old is JsonObject oldObject && value is JsonObject newObject)
            {
                if (Between(oldObject, newObject) is { Count: > 0 } inner)
                {
                    patch[name] = inner;
                }
            }
            else if (!JsonNode.DeepEquals(old, value))
            {
                patch[name] = value?.DeepClone();
            }
        }

        foreach (var (name, _) in from)
        {
            if (!to.ContainsKey(name))
            {
                patch[name] = null;
            }
        }

        return patch;
    }
}
