using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Security;

/// <summary>One rule of a role.</summary>
internal sealed record PolicyRule(
    IReadOnlyList<string> Verbs, IReadOnlyList<string> Groups, IReadOnlyList<string> Resources, IReadOnlyList<string> Names, IReadOnlyList<string> Paths)
{
    /// <summary>Reads the rules of a Role or ClusterRole.</summary>
    public static IReadOnlyList<PolicyRule> Read(JsonObject role) =>
        [.. (role["rules"] as JsonArray ?? []).OfType<JsonObject>().Select(r => new PolicyRule(
            Strings(r["verbs"]), Strings(r["apiGroups"]), Strings(r["resources"]), Strings(r["resourceNames"]), Strings(r["nonResourceURLs"])))];

    /// <summary>Whether the rule allows it.</summary>
    public bool Allows(AccessQuestion question)
    {
        if (!Verbs.Contains("*") && !Verbs.Contains(question.Verb))
        {
            return false;
        }

        if (question.Path is { } path)
        {
            return Paths.Any(p => p == path || (p.EndsWith('*') && path.StartsWith(p[..^1], StringComparison.Ordinal)));
        }

        return (Groups.Contains("*") || Groups.Contains(question.Group))
            && Resources.Any(r => r == "*" || r == question.FullResource || (question.Subresource.Length > 0 && r == "*/" + question.Subresource))
            && (Names.Count == 0 || Names.Contains(question.Name));
    }

    /// <summary>The rule as reviews show it.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject { ["verbs"] = Array(Verbs) };
        foreach (var (key, values) in new[] { ("apiGroups", Groups), ("resources", Resources), ("resourceNames", Names), ("nonResourceURLs", Paths) })
        {
            if (values.Count > 0)
            {
                json[key] = Array(values);
            }
        }

        return json;
    }

    private static JsonArray Array(IEnumerable<string> values) => [.. values.Select(v => (JsonNode)v)];

    private static string[] Strings(JsonNode? node) => node is JsonArray array ? [.. array.Select(v => (string?)v ?? "")] : [];
}
