using BackupServer.Abstractions.Resources;

namespace BackupServer.Engine.Selecting;

/// <summary>Label selectors, as a list's query and as a test of labels. Both agree.</summary>
public static class LabelQuery
{
    /// <summary>
    /// The queries that together find what is selected: one for each distinct selector, or the empty one that finds everything.
    /// </summary>
    public static IReadOnlyList<string> Of(LabelSelector? selector, IReadOnlyList<LabelSelector>? anyOf)
    {
        if (selector is not null)
        {
            return [ToText(selector)];
        }

        var texts = (anyOf ?? []).Select(ToText).Distinct().ToList();
        return texts.Count == 0 || texts.Contains("") ? [""] : texts;
    }

    /// <summary>The selector as the API server reads it in a query; empty when it selects everything.</summary>
    public static string ToText(LabelSelector selector) => string.Join(
        ',',
        (selector.MatchLabels ?? []).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}")
            .Concat((selector.MatchExpressions ?? []).Select(ToText)));

    /// <summary>Whether labels are selected.</summary>
    public static bool Matches(LabelSelector? selector, IReadOnlyList<LabelSelector>? anyOf, IReadOnlyDictionary<string, string> labels) =>
        selector is not null
            ? Matches(selector, labels)
            : anyOf is not { Count: > 0 } || anyOf.Any(one => Matches(one, labels));

    private static bool Matches(LabelSelector selector, IReadOnlyDictionary<string, string> labels) =>
        (selector.MatchLabels ?? []).All(pair => labels.TryGetValue(pair.Key, out var value) && value == pair.Value)
        && (selector.MatchExpressions ?? []).All(requirement => Matches(requirement, labels));

    private static bool Matches(LabelSelectorRequirement requirement, IReadOnlyDictionary<string, string> labels)
    {
        var there = labels.TryGetValue(requirement.Key, out var value);
        return requirement.Operator switch
        {
            LabelSelectorOperator.In => there && (requirement.Values ?? []).Contains(value!),
            LabelSelectorOperator.NotIn => !there || !(requirement.Values ?? []).Contains(value!),
            LabelSelectorOperator.Exists => there,
            _ => !there,
        };
    }

    private static string ToText(LabelSelectorRequirement requirement) => requirement.Operator switch
    {
        LabelSelectorOperator.In => $"{requirement.Key} in ({string.Join(',', requirement.Values ?? [])})",
        LabelSelectorOperator.NotIn => $"{requirement.Key} notin ({string.Join(',', requirement.Values ?? [])})",
        LabelSelectorOperator.Exists => requirement.Key,
        _ => $"!{requirement.Key}",
    };
}
