using System.Text;
using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Files;

/// <summary>
/// A pattern over raw paths with restic's habits: <c>*</c> and <c>?</c> stay within a name, <c>**</c> spans directories, <c>[a-z]</c> is one byte of a set,
/// <c>\</c> takes the next byte as it is. A pattern with a leading slash begins at the root; any other may begin at every name. What lies below
/// a matching directory matches too.
/// </summary>
public sealed class PathGlob
{
    private static readonly RawName AnyDirectories = new("**");

    private readonly RawName[] _parts;

    private PathGlob(string text, RawName[] parts)
    {
        Text = text;
        _parts = parts;
    }

    /// <summary>The pattern as given.</summary>
    public string Text { get; }

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="FormatException">It has no name, or a set without its end.</exception>
    public static PathGlob Parse(string text)
    {
        List<RawName> parts = [.. new RawName(text).Split()];
        if (parts.Count == 0 || parts.Any(part => part.Span.LastIndexOf((byte)'[') > part.Span.LastIndexOf((byte)']')))
        {
            throw new FormatException($"'{text}' is not a path pattern: a name is needed, and every [ needs its ].");
        }

        if (!text.StartsWith('/'))
        {
            parts.Insert(0, AnyDirectories);
        }

        return new PathGlob(text, [.. parts]);
    }

    /// <summary>Whether the path, or a directory above it, matches.</summary>
    /// <param name="path">The names from the root on.</param>
    public bool IsMatch(ReadOnlySpan<RawName> path) => Match(_parts, path, prefixOnly: false);

    /// <summary>Whether something below this directory could match, so that a walk for includes must enter it.</summary>
    public bool CouldMatchBelow(ReadOnlySpan<RawName> directory) => Match(_parts, directory, prefixOnly: true);

    private static bool Match(ReadOnlySpan<RawName> pattern, ReadOnlySpan<RawName> path, bool prefixOnly)
    {
        while (!pattern.IsEmpty)
        {
            if (pattern[0] == AnyDirectories)
            {
                for (int skip = 0; skip <= path.Length; skip++)
                {
                    if (Match(pattern[1..], path[skip..], prefixOnly))
                    {
                        return true;
                    }
                }

                return prefixOnly;
            }

            if (path.IsEmpty)
            {
                return prefixOnly;
            }

            if (!MatchName(pattern[0].Span, path[0].Span))
            {
                return false;
            }

            pattern = pattern[1..];
            path = path[1..];
        }

        return true;
    }

    // Greedy with one restart at the last star: linear in practice, never exponential.
    private static bool MatchName(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> name)
    {
        int p = 0;
        int n = 0;
        int star = -1;
        int mark = 0;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                mark = n;
            }
            else if (p < pattern.Length && MatchOne(pattern[p..], name[n..], out int patternLength, out int nameLength))
            {
                p += patternLength;
                n += nameLength;
            }
            else if (star >= 0)
            {
                p = star + 1;
                n = ++mark;
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].IndexOfAnyExcept((byte)'*') < 0;
    }

    private static bool MatchOne(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> name, out int patternLength, out int nameLength)
    {
        patternLength = 1;
        nameLength = 1;
        switch (pattern[0])
        {
            case (byte)'?':
                nameLength = Rune.DecodeFromUtf8(name, out _, out int length) == System.Buffers.OperationStatus.Done ? length : 1;
                return true;
            case (byte)'\\' when pattern.Length > 1:
                patternLength = 2;
                return pattern[1] == name[0];
            case (byte)'[':
                int end = pattern[1..].IndexOf((byte)']') + 1;
                patternLength = end + 1;
                return MatchSet(pattern[1..end], name[0]);
            default:
                return pattern[0] == name[0];
        }
    }

    private static bool MatchSet(ReadOnlySpan<byte> set, byte value)
    {
        bool negated = !set.IsEmpty && set[0] is (byte)'!' or (byte)'^';
        set = negated ? set[1..] : set;
        bool found = false;
        for (int i = 0; i < set.Length; i++)
        {
            bool range = i + 2 < set.Length && set[i + 1] == '-';
            found |= range ? value >= set[i] && value <= set[i + 2] : value == set[i];
            i += range ? 2 : 0;
        }

        return found != negated;
    }
}
