using System.Text.RegularExpressions;
using BackupServer.Abstractions.Resources;

namespace BackupServer.Server.Validation;

/// <summary>Rules for the filters that backups and restores share. Problems are collected, never thrown: the user sees all of them at once.</summary>
internal static partial class FilterRules
{
    private const int LongestNamespace = 63;
    private const int LongestName = 253;

    /// <summary>Checks a pair of namespace lists.</summary>
    public static void CheckNamespaces(List<string>? included, List<string>? excluded, ICollection<string> problems)
    {
        CheckPatterns("spec.includedNamespaces", included, problems);
        CheckPatterns("spec.excludedNamespaces", excluded, problems);
        foreach (var both in (included ?? []).Intersect(excluded ?? []))
        {
            problems.Add($"spec.excludedNamespaces: \"{both}\" is in spec.includedNamespaces too; take it out of one of them");
        }
    }

    /// <summary>Checks a pair of resource lists.</summary>
    public static void CheckResources(List<string>? included, List<string>? excluded, ICollection<string> problems)
    {
        if (included is { Count: > 1 } && included.Contains("*"))
        {
            problems.Add("spec.includedResources: \"*\" stands for everything and cannot be mixed with other names");
        }

        if (excluded?.Contains("*") == true)
        {
            problems.Add("spec.excludedResources: \"*\" would leave nothing");
        }

        foreach (var both in (included ?? []).Intersect(excluded ?? []).Where(r => r != "*"))
        {
            problems.Add($"spec.excludedResources: \"{both}\" is in spec.includedResources too; take it out of one of them");
        }
    }

    /// <summary>Checks the two ways to select by labels.</summary>
    public static void CheckSelectors(LabelSelector? one, List<LabelSelector>? any, ICollection<string> problems)
    {
        if (one is not null && any is { Count: > 0 })
        {
            problems.Add("spec.orLabelSelectors: labelSelector and orLabelSelectors exclude each other; keep one of them");
        }

        CheckSelector("spec.labelSelector", one, problems);
        for (var i = 0; i < any?.Count; i++)
        {
            CheckSelector($"spec.orLabelSelectors[{i}]", any[i], problems);
        }
    }

    /// <summary>Why a text is no name of a namespace; null when it is one.</summary>
    public static string? ProblemOfNamespace(string name) => name.Length <= LongestNamespace && NamespaceName().IsMatch(name)
        ? null
        : "is no namespace's name: lower-case letters, digits and '-', at most 63, beginning and ending with a letter or digit";

    /// <summary>Why a text is no name of a cluster-scoped object such as a StorageClass; null when it is one.</summary>
    public static string? ProblemOfName(string name) => name.Length <= LongestName && name.Split('.').All(NamespaceName().IsMatch)
        ? null
        : "is no object's name: lower-case letters, digits, '-' and '.', at most 253, each part beginning and ending with a letter or digit";

    private static void CheckSelector(string field, LabelSelector? selector, ICollection<string> problems)
    {
        for (var i = 0; i < selector?.MatchExpressions?.Count; i++)
        {
            var requirement = selector.MatchExpressions[i];
            var wantsValues = requirement.Operator is LabelSelectorOperator.In or LabelSelectorOperator.NotIn;
            if (wantsValues != requirement.Values is { Count: > 0 })
            {
                problems.Add($"{field}.matchExpressions[{i}].values: operator {requirement.Operator} of key \"{requirement.Key}\" {(wantsValues ? "needs values" : "takes no values")}");
            }
        }
    }

    private static void CheckPatterns(string field, List<string>? patterns, ICollection<string> problems)
    {
        if (patterns is { Count: > 1 } && patterns.Contains("*"))
        {
            problems.Add($"{field}: \"*\" stands for everything and cannot be mixed with other names");
        }

        for (var i = 0; i < patterns?.Count; i++)
        {
            if (ProblemOf(patterns[i]) is { } problem)
            {
                problems.Add($"{field}[{i}]: \"{patterns[i]}\" {problem}");
            }
        }
    }

    private static string? ProblemOf(string pattern)
    {
        if (pattern.AsSpan().IndexOfAny("*?[]{}") < 0)
        {
            return pattern.Length <= LongestNamespace && NamespaceName().IsMatch(pattern)
                ? null
                : "is neither a namespace's name (lower-case letters, digits and '-', at most 63) nor a pattern";
        }

        if (pattern.Contains("**", StringComparison.Ordinal))
        {
            return "holds \"**\"; namespaces have no levels, use a single *";
        }

        return Pattern().IsMatch(pattern) ? null : "is no pattern: brackets and braces must be closed and not empty, as in app-[ab], {dev,test}-*";
    }

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex NamespaceName();

    [GeneratedRegex(@"^([-a-z0-9*?]|\[[!^]?[-a-z0-9]+\]|\{[-a-z0-9*?]+(,[-a-z0-9*?]+)*\})+$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
