using System.Text;
using System.Text.RegularExpressions;

namespace BackupServer.DevCluster.CustomResources.Cel;

/// <summary>Text: search, case, split and join, regular expressions.</summary>
internal static class CelStringFunctions
{
    public static (string Name, bool IsMethod, int Arguments, Func<object?[], object?> Function)[] All { get; } =
    [
        ("startsWith", true, 1, a => Text(a, 0).StartsWith(Text(a, 1), StringComparison.Ordinal)),
        ("endsWith", true, 1, a => Text(a, 0).EndsWith(Text(a, 1), StringComparison.Ordinal)),
        ("contains", true, 1, a => Text(a, 0).Contains(Text(a, 1), StringComparison.Ordinal)),
        ("matches", true, 1, a => Pattern(Text(a, 1)).IsMatch(Text(a, 0))),
        ("matches", false, 2, a => Pattern(Text(a, 1)).IsMatch(Text(a, 0))),
        ("find", true, 1, a => Pattern(Text(a, 1)).Match(Text(a, 0)).Value),
        ("findAll", true, 1, a => new CelList([.. Pattern(Text(a, 1)).Matches(Text(a, 0)).Select(match => (object?)match.Value)])),
        ("findAll", true, 2, a => new CelList([.. Pattern(Text(a, 1)).Matches(Text(a, 0)).Take(Count(a, 2)).Select(match => (object?)match.Value)])),
        ("lowerAscii", true, 0, a => Map(Text(a, 0), char.ToLowerInvariant)),
        ("upperAscii", true, 0, a => Map(Text(a, 0), char.ToUpperInvariant)),
        ("trim", true, 0, a => Text(a, 0).Trim()),
        ("replace", true, 2, a => Replace(Text(a, 0), Text(a, 1), Text(a, 2), -1)),
        ("replace", true, 3, a => Replace(Text(a, 0), Text(a, 1), Text(a, 2), Number(a, 3))),
        ("split", true, 1, a => Split(Text(a, 0), Text(a, 1), -1)),
        ("split", true, 2, a => Split(Text(a, 0), Text(a, 1), Number(a, 2))),
        ("substring", true, 1, a => Substring(Text(a, 0), Number(a, 1), Text(a, 0).Length)),
        ("substring", true, 2, a => Substring(Text(a, 0), Number(a, 1), Number(a, 2))),
        ("charAt", true, 1, a => Number(a, 1) == Text(a, 0).Length ? "" : Substring(Text(a, 0), Number(a, 1), Number(a, 1) + 1)),
        ("join", true, 0, a => string.Concat(Texts(a[0]))),
        ("join", true, 1, a => string.Join(Text(a, 1), Texts(a[0]))),
        ("reverse", true, 0, a => a[0] is CelList list ? new CelList([.. list.Items.Reverse()]) : string.Concat(Text(a, 0).Reverse())),
    ];

    /// <summary>RE2 has no backtracking, and neither has this: what needs it is refused.</summary>
    public static Regex Pattern(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new CelException($"error parsing regexp: {e.Message}");
        }
    }

    private static string Text(object?[] a, int at) => a[at] as string ?? throw CelFunctions.NoOverload("string function", a);

    private static long Number(object?[] a, int at) => a[at] is long number ? number : throw CelFunctions.NoOverload("string function", a);

    private static int Count(object?[] a, int at) => Number(a, at) is < 0 or > int.MaxValue ? int.MaxValue : (int)Number(a, at);

    private static IEnumerable<string> Texts(object? list) => list is CelList items
        ? items.Items.Select(item => item as string ?? throw CelFunctions.NoOverload("join", list))
        : throw CelFunctions.NoOverload("join", list);

    private static string Map(string text, Func<char, char> change) => string.Concat(text.Select(c => char.IsAscii(c) ? change(c) : c));

    private static string Replace(string text, string old, string by, long count)
    {
        if (count < 0)
        {
            return old.Length == 0 ? text : text.Replace(old, by, StringComparison.Ordinal);
        }

        var result = new StringBuilder();
        var at = 0;
        for (; count > 0 && old.Length > 0; count--)
        {
            var found = text.IndexOf(old, at, StringComparison.Ordinal);
            if (found < 0)
            {
                break;
            }

            result.Append(text, at, found - at).Append(by);
            at = found + old.Length;
        }

        return result.Append(text, at, text.Length - at).ToString();
    }

    private static CelList Split(string text, string separator, long limit)
    {
        if (limit == 0)
        {
            return new CelList([]);
        }

        var parts = separator.Length == 0
            ? [.. text.Select(c => c.ToString())]
            : limit < 0 ? text.Split(separator) : text.Split(separator, (int)Math.Min(limit, int.MaxValue));
        return new CelList([.. parts]);
    }

    private static string Substring(string text, long start, long end) => start < 0 || end > text.Length || start > end
        ? throw new CelException($"invalid substring range. start: {start}, end: {end}")
        : text[(int)start..(int)end];
}
