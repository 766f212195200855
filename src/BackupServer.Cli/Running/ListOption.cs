using System.CommandLine;

namespace BackupServer.Cli.Running;

/// <summary>Options with several values: repeated, or separated by commas.</summary>
internal static class ListOption
{
    /// <summary>Declares one; null when it was not given.</summary>
    public static Option<List<string>?> Create(string name, string description, string helpName) => new(name)
    {
        Description = description,
        HelpName = helpName,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        CustomParser = static result => [.. result.Tokens.SelectMany(static token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))],
    };

    /// <summary>The values; null, not an empty list, when the option was not given: in a specification both differ.</summary>
    public static List<T>? GetList<T>(this ParseResult parsed, Option<List<T>?> option) => parsed.GetValue(option) is { Count: > 0 } values ? values : null;
}
