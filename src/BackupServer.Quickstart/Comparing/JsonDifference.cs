using System.Text.Json.Nodes;

namespace BackupServer.Quickstart.Comparing;

/// <summary>Says in which members two JSON values differ.</summary>
internal static class JsonDifference
{
    private const int LongestValue = 80;

    /// <summary>Every difference, by its path.</summary>
    public static IEnumerable<string> Between(JsonNode? expected, JsonNode? actual, string path)
    {
        switch (expected, actual)
        {
            case (JsonObject left, JsonObject right):
                return left.Select(m => m.Key).Union(right.Select(m => m.Key)).SelectMany(key => Between(left[key], right[key], $"{path}/{key}"));
            case (JsonArray left, JsonArray right) when left.Count == right.Count:
                return left.Zip(right).SelectMany((pair, i) => Between(pair.First, pair.Second, $"{path}/{i}"));
            default:
                return JsonNode.DeepEquals(expected, actual) ? [] : [$"{path} was {Short(expected)} and is {Short(actual)}"];
        }
    }

    private static string Short(JsonNode? node)
    {
        var text = node?.ToJsonString() ?? "absent";
        return text.Length <= LongestValue ? text : text[..LongestValue] + "…";
    }
}
