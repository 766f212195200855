using System.Text;
using System.Text.RegularExpressions;

namespace BackupServer.Engine.Selecting;

/// <summary>A pattern of names: <c>*</c> any text, <c>?</c> one character, <c>[a-z]</c> and <c>[!a]</c> sets, <c>{a,b}</c> alternatives.</summary>
public sealed class GlobPattern
{
    private readonly Regex? _regex;

    private GlobPattern(string text, Regex? regex)
    {
        Text = text;
        _regex = regex;
    }

    /// <summary>The pattern as written.</summary>
    public string Text { get; }

    /// <summary>Whether it is a plain name, which something of that name is expected for.</summary>
    public bool IsPlainName => _regex is null;

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="FormatException">A bracket or brace is not closed or empty; the message says which.</exception>
    public static GlobPattern Parse(string text) =>
        text.AsSpan().IndexOfAny("*?[]{}") < 0 ? new GlobPattern(text, null) : new GlobPattern(text, ToRegex(text));

    /// <summary>Whether a name fits, in full and by case.</summary>
    public bool Matches(string name) => _regex?.IsMatch(name) ?? string.Equals(Text, name, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static Regex ToRegex(string text)
    {
        var result = new StringBuilder(@"\A(?:");
        var depth = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            switch (c)
            {
                case '*':
                    result.Append(".*");
                    break;
                case '?':
                    result.Append('.');
                    break;
                case '[':
                    i = AppendSet(text, i, result);
                    break;
                case '{':
                    depth++;
                    result.Append("(?:");
                    break;
                case '}' when depth > 0:
                    depth--;
                    result.Append(')');
                    break;
                case ',' when depth > 0:
                    result.Append('|');
                    break;
                case ']' or '}':
                    throw new FormatException($"In the pattern \"{text}\" a '{c}' closes nothing.");
                default:
                    result.Append(Regex.Escape(c.ToString()));
                    break;
            }
        }

        return depth == 0
            ? new Regex(result.Append(@")\z").ToString(), RegexOptions.NonBacktracking | RegexOptions.Singleline | RegexOptions.CultureInvariant)
            : throw new FormatException($"In the pattern \"{text}\" a '{{' is not closed.");
    }

    private static int AppendSet(string text, int open, StringBuilder result)
    {
        var start = open + 1;
        var negated = start < text.Length && text[start] is '!' or '^';
        if (negated)
        {
            start++;
        }

        var close = start < text.Length ? text.IndexOf(']', start) : -1;
        if (close <= start)
        {
            throw new FormatException($"In the pattern \"{text}\" a '[' is not closed or holds nothing.");
        }

        var set = text[start..close];
        for (var i = 1; i + 1 < set.Length; i++)
        {
            if (set[i] == '-' && set[i - 1] > set[i + 1])
            {
                throw new FormatException($"In the pattern \"{text}\" the range {set[i - 1]}-{set[i + 1]} is backwards.");
            }
        }

        result.Append(negated ? "[^" : "[");
        foreach (var c in set)
        {
            result.Append(c is '\\' or '[' or '^' ? $"\\{c}" : c.ToString());
        }

        result.Append(']');
        return close;
    }
}
