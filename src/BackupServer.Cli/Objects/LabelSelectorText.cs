using BackupServer.Abstractions.Resources;

namespace BackupServer.Cli.Objects;

/// <summary>Label selectors as kubectl writes them: <c>app=web,tier!=cache,env in (a,b),!temporary</c>.</summary>
internal static class LabelSelectorText
{
    /// <summary>Reads a selector.</summary>
    /// <exception cref="FormatException">The text is none; the message quotes the part.</exception>
    public static LabelSelector Parse(string text)
    {
        var selector = new LabelSelector();
        foreach (var part in Split(text))
        {
            Add(selector, part.Trim());
        }

        return selector;
    }

    /// <summary>Writes a selector so that <see cref="Parse"/> reads it.</summary>
    public static string Format(LabelSelector selector) => string.Join(",",
    [
        .. (selector.MatchLabels ?? []).OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => $"{pair.Key}={pair.Value}"),
        .. (selector.MatchExpressions ?? []).Select(static requirement => requirement.Operator switch
        {
            LabelSelectorOperator.Exists => requirement.Key,
            LabelSelectorOperator.DoesNotExist => "!" + requirement.Key,
            LabelSelectorOperator.In => $"{requirement.Key} in ({string.Join(',', requirement.Values ?? [])})",
            _ => $"{requirement.Key} notin ({string.Join(',', requirement.Values ?? [])})",
        }),
    ]);

    private static void Add(LabelSelector selector, string part)
    {
        if (part.EndsWith(')') && part.IndexOf('(') is > 0 and var open)
        {
            var words = part[..open].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var values = part[(open + 1)..^1].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToList();
            LabelSelectorOperator? set = words is [_, "in"] ? LabelSelectorOperator.In : words is [_, "notin"] ? LabelSelectorOperator.NotIn : null;
            Require(selector, set is null || values.Count == 0 ? throw Wrong(part) : words[0], set.Value, values);
        }
        else if (part.IndexOf("!=", StringComparison.Ordinal) is > 0 and var unequal)
        {
            Require(selector, part[..unequal].Trim(), LabelSelectorOperator.NotIn, [part[(unequal + 2)..].Trim()]);
        }
        else if (part.IndexOf('=') is > 0 and var equal)
        {
            (selector.MatchLabels ??= [])[part[..equal].Trim()] = part[(equal + 1)..].TrimStart('=').Trim();
        }
        else if (part.Length > 0 && !part.Contains(' ') && part is not "!" && !part.Contains('='))
        {
            Require(selector, part.TrimStart('!'), part[0] == '!' ? LabelSelectorOperator.DoesNotExist : LabelSelectorOperator.Exists, null);
        }
        else
        {
            throw Wrong(part);
        }
    }

    private static void Require(LabelSelector selector, string key, LabelSelectorOperator comparison, List<string>? values) =>
        (selector.MatchExpressions ??= []).Add(new LabelSelectorRequirement { Key = key, Operator = comparison, Values = values });

    /// <summary>Commas inside parentheses separate values, not requirements.</summary>
    private static IEnumerable<string> Split(string text)
    {
        var start = 0;
        var depth = 0;
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (text[i] == ',' && depth == 0)
            {
                yield return text[start..i];
                start = i + 1;
            }
        }

        yield return text[start..];
    }

    private static FormatException Wrong(string part) => new($"'{part}' is no label requirement; write key=value, key!=value, key in (a,b), key notin (a,b), key or !key");
}
