using System.CommandLine;
using System.CommandLine.Parsing;

namespace BackupServer.Cli.Running;

/// <summary>Options of the form <c>key=value</c> or <c>a:b</c>, several at once or repeated.</summary>
internal static class KeyValues
{
    /// <summary>Declares an option whose value is a dictionary; null when it was not given.</summary>
    public static Option<Dictionary<string, string>?> Option(string name, string description, string helpName, char separator = '=') => new(name)
    {
        Description = description,
        HelpName = helpName,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        CustomParser = result => Parse(result, name, separator),
    };

    /// <summary>The pairs; null, not an empty dictionary, when the option was not given.</summary>
    public static Dictionary<string, string>? GetPairs(this ParseResult parsed, Option<Dictionary<string, string>?> option) =>
        parsed.GetValue(option) is { Count: > 0 } pairs ? pairs : null;

    private static Dictionary<string, string>? Parse(ArgumentResult result, string name, char separator)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in result.Tokens.SelectMany(static token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries)))
        {
            // Neither stands in the names that are mapped, and both are what people write.
            var at = separator == ':' ? part.AsSpan().IndexOfAny(':', '=') : part.IndexOf(separator);
            if (at <= 0)
            {
                result.AddError($"'{part}' of {name} is not of the form key{separator}value");
                return null;
            }

            if (!values.TryAdd(part[..at], part[(at + 1)..]))
            {
                result.AddError($"{name} names '{part[..at]}' twice");
                return null;
            }
        }

        return values;
    }
}
