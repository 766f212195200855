using System.Text;
using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Files;

/// <summary>
/// Patterns that are read in order: a path is meant when the last one that matches it does not begin with <c>!</c>. What lies below a directory
/// that is meant is decided with it, so a <c>!</c> brings nothing back from below.
/// </summary>
public sealed class PathPatterns
{
    private readonly (PathGlob Glob, bool Negated)[] _patterns;
    private readonly bool _ignoreCase;

    /// <summary>Reads patterns, see <see cref="PathGlob"/>.</summary>
    /// <exception cref="FormatException">One is not a pattern.</exception>
    public PathPatterns(IEnumerable<string> patterns, bool ignoreCase = false)
    {
        _ignoreCase = ignoreCase;
        _patterns = [.. patterns.Select(pattern => Parse(ignoreCase ? pattern.ToLowerInvariant() : pattern))];
    }

    /// <summary>Whether there is no pattern, which means no path.</summary>
    public bool IsEmpty => _patterns.Length == 0;

    /// <summary>Whether a path, as its names from the root on, is meant.</summary>
    public bool IsMatch(ReadOnlySpan<RawName> path)
    {
        if (IsEmpty)
        {
            return false;
        }

        path = _ignoreCase ? Lower(path) : path;
        var meant = false;
        foreach (var (glob, negated) in _patterns)
        {
            meant = meant ? !(negated && glob.IsMatch(path)) : !negated && glob.IsMatch(path);
        }

        return meant;
    }

    /// <summary>Whether something below this directory could be meant, so that a walk must enter it.</summary>
    public bool CouldMatchBelow(ReadOnlySpan<RawName> directory)
    {
        directory = _ignoreCase ? Lower(directory) : directory;
        foreach (var (glob, negated) in _patterns)
        {
            if (!negated && glob.CouldMatchBelow(directory))
            {
                return true;
            }
        }

        return false;
    }

    private static (PathGlob Glob, bool Negated) Parse(string pattern) =>
        pattern.StartsWith('!') ? (PathGlob.Parse(pattern[1..]), true) : (PathGlob.Parse(pattern), false);

    private static RawName[] Lower(ReadOnlySpan<RawName> path)
    {
        var lower = new RawName[path.Length];
        for (var i = 0; i < path.Length; i++)
        {
            // Bytes that are no text have no case.
            lower[i] = System.Text.Unicode.Utf8.IsValid(path[i].Span) ? new RawName(Encoding.UTF8.GetString(path[i].Span).ToLowerInvariant()) : path[i];
        }

        return lower;
    }
}
