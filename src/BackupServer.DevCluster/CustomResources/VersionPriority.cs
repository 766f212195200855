using System.Text.RegularExpressions;

namespace BackupServer.DevCluster.CustomResources;

/// <summary>Orders versions as Kubernetes prefers them: v2, v1, v2beta1, v1beta2, v1alpha1, then everything else by name.</summary>
internal sealed partial class VersionPriority : IComparer<string>
{
    public static VersionPriority Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        var (left, right) = (Rank(x ?? ""), Rank(y ?? ""));
        return left is null || right is null
            ? left is null && right is null ? string.CompareOrdinal(x, y) : left is null ? 1 : -1
            : right.Value.CompareTo(left.Value);
    }

    /// <summary>Stability, major, minor: more is better.</summary>
    private static (int Stability, long Major, long Minor)? Rank(string version)
    {
        var match = Pattern().Match(version);
        return match.Success
            ? (match.Groups["level"].Value switch { "" => 3, "beta" => 2, _ => 1 }, long.Parse(match.Groups["major"].Value),
                match.Groups["minor"].Value.Length == 0 ? 0 : long.Parse(match.Groups["minor"].Value))
            : null;
    }

    [GeneratedRegex("^v(?<major>[1-9][0-9]{0,8})((?<level>alpha|beta)(?<minor>[1-9][0-9]{0,8}))?$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
