using System.Text.Json;
using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Patching;

/// <summary>Values as Go prints them in some of the API server's messages.</summary>
internal static class GoText
{
    /// <summary>A map: <c>map[image:x]</c>, keys sorted.</summary>
    public static string Map(JsonObject obj) => $"map[{string.Join(' ', obj.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}:{Value(p.Value)}"))}]";

    private static string Value(JsonNode? node) => node switch
    {
        null => "<nil>",
        JsonObject obj => Map(obj),
        JsonArray array => $"[{string.Join(' ', array.Select(Value))}]",
        _ => node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString(),
    };
}
