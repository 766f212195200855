using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Controllers;

/// <summary>Whether labels satisfy a LabelSelector (matchLabels, matchExpressions) or a plain map of labels.</summary>
internal static class LabelSelection
{
    /// <summary>metav1.LabelSelector: null selects nothing, an empty one everything.</summary>
    public static bool Matches(JsonNode? selector, IReadOnlyDictionary<string, string> labels)
    {
        if (selector is not JsonObject) return false;
        return MatchesMap(selector.Map("matchLabels"), labels)
            && selector.Items("matchExpressions").All(expression => Satisfies(expression, labels));
    }

    public static bool MatchesMap(IReadOnlyDictionary<string, string> wanted, IReadOnlyDictionary<string, string> labels) =>
        wanted.All(pair => labels.TryGetValue(pair.Key, out var value) && value == pair.Value);

    /// <summary>One requirement of a label or node selector. Gt and Lt compare integers, as node selectors have them.</summary>
    public static bool Satisfies(JsonNode expression, IReadOnlyDictionary<string, string> labels)
    {
        var there = labels.TryGetValue(expression.Text("key") ?? string.Empty, out var value);
        var values = expression.Texts("values");
        return expression.Text("operator") switch
        {
            "In" => there && values.Contains(value),
            "NotIn" => !there || !values.Contains(value),
            "Exists" => there,
            "DoesNotExist" => !there,
            "Gt" => there && long.TryParse(value, out var have) && long.TryParse(values.FirstOrDefault(), out var than) && have > than,
            "Lt" => there && long.TryParse(value, out var have) && long.TryParse(values.FirstOrDefault(), out var than) && have < than,
            _ => false,
        };
    }
}
