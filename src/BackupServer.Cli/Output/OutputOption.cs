using System.CommandLine;

namespace BackupServer.Cli.Output;

/// <summary>The option <c>-o</c>.</summary>
internal static class OutputOption
{
    /// <summary>Declares it for objects.</summary>
    public static Option<OutputFormat> Create() => Create([.. Enum.GetValues<OutputFormat>()], "table, wide, json, yaml or name", "table, wide, json, yaml and name");

    /// <summary>Declares it for a command that prints lines, and documents for programs.</summary>
    public static Option<OutputFormat> CreateForDocuments(string fields) =>
        Create([OutputFormat.Json, OutputFormat.Yaml], $"json or yaml, instead of lines, with the fields {fields}", "json and yaml");

    private static Option<OutputFormat> Create(OutputFormat[] allowed, string description, string names)
    {
        var option = new Option<OutputFormat>("--output", "-o")
        {
            Description = description,
            HelpName = "FORMAT",
            DefaultValueFactory = static _ => OutputFormat.Table,
            CustomParser = result =>
            {
                if (Enum.TryParse<OutputFormat>(result.Tokens[0].Value, ignoreCase: true, out var format) && allowed.Contains(format) && !char.IsDigit(result.Tokens[0].Value[0]))
                {
                    return format;
                }

                result.AddError($"'{result.Tokens[0].Value}' is no output format; there are {names}");
                return default;
            },
        };
        option.CompletionSources.Clear();
        option.CompletionSources.Add(_ => allowed.Select(static format => new System.CommandLine.Completions.CompletionItem(format.ToString().ToLowerInvariant())));
        return option;
    }
}
