namespace BackupServer.DevCluster.Api.Selectors;

/// <summary>A parsed label selector: all requirements must hold.</summary>
internal sealed class LabelSelector(IReadOnlyList<LabelRequirement> requirements)
{
    /// <summary>Matches everything.</summary>
    public static LabelSelector Everything { get; } = new([]);

    /// <summary>Whether it has no requirements.</summary>
    public bool IsEmpty => requirements.Count == 0;

    /// <summary>Whether labels satisfy all requirements.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        foreach (var requirement in requirements)
        {
            if (!requirement.Matches(labels))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Parses the text of a <c>labelSelector</c> parameter; 400 with the API server's words.</summary>
    public static LabelSelector Parse(string? text) => string.IsNullOrEmpty(text) ? Everything : new LabelSelectorParser(text).Parse();

    /// <summary>The selector of an object's field (matchLabels and matchExpressions); null selects nothing.</summary>
    public static LabelSelector FromJson(System.Text.Json.Nodes.JsonNode? selector)
    {
        if (selector is null)
        {
            return new LabelSelector([new LabelRequirement("", LabelOperator.Never, [])]);
        }

        var requirements = new List<LabelRequirement>();
        foreach (var (key, value) in selector["matchLabels"] as System.Text.Json.Nodes.JsonObject ?? [])
        {
            requirements.Add(new LabelRequirement(key, LabelOperator.In, [(string?)value ?? ""]));
        }

        foreach (var expression in selector["matchExpressions"] as System.Text.Json.Nodes.JsonArray ?? [])
        {
            var kind = (string?)expression!["operator"] switch
            {
                "In" => LabelOperator.In,
                "NotIn" => LabelOperator.NotIn,
                "Exists" => LabelOperator.Exists,
                _ => LabelOperator.Absent,
            };
            requirements.Add(new LabelRequirement(
                (string?)expression["key"] ?? "", kind,
                [.. (expression["values"] as System.Text.Json.Nodes.JsonArray ?? []).Select(v => (string?)v ?? "")]));
        }

        return new LabelSelector(requirements);
    }
}
