using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas.Kinds;

/// <summary>LabelSelector objects against labels.</summary>
internal static class LabelMatch
{
    /// <summary>Whether the selector (matchLabels, matchExpressions) selects the labels; an empty one selects all.</summary>
    public static bool Matches(JsonObject selector, JsonObject? labels) =>
        (selector["matchLabels"] as JsonObject ?? []).All(wanted => JsonNode.DeepEquals(labels?[wanted.Key], wanted.Value))
        && Json.Items(selector["matchExpressions"]).All(expression => Matches(expression, labels, Json.Text(expression, "key") ?? ""));

    private static bool Matches(JsonObject expression, JsonObject? labels, string key)
    {
        var has = labels?.ContainsKey(key) == true;
        var isIn = has && Json.Texts(expression["values"]).Contains((string?)labels![key]);
        return Json.Text(expression, "operator") switch
        {
            "In" => isIn,
            "NotIn" => !isIn,
            "Exists" => has,
            "DoesNotExist" => !has,
            _ => false,
        };
    }
}
