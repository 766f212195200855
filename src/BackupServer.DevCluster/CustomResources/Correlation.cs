using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.CustomResources;

/// <summary>Which old value a new one descends from: by name in objects, by key in map lists, by value in sets, nowhere else.</summary>
internal static class Correlation
{
    /// <summary>The old list's element that the new element is a later form of, or null.</summary>
    public static JsonNode? Find(JsonArray? old, JsonNode? item, StructuralSchema list)
    {
        if (old is null)
        {
            return null;
        }

        return list.ListType == "map" && item is JsonObject
            ? old.FirstOrDefault(candidate => candidate is JsonObject && list.ListKeys.All(key => JsonNode.DeepEquals(candidate[key], item[key])))
            : old.FirstOrDefault(candidate => JsonNode.DeepEquals(candidate, item));
    }
}
