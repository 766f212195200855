using System.CommandLine;

namespace BackupServer.Cli.Output;

/// <summary>The option <c>-o</c>.</summary>
internal static class OutputOption
{
    /// <summary>Declares it.</summary>
    public static Option<OutputFormat> Create()
    {
        var option = new Option<OutputFormat>("--output", "-o")
        {
            Description = "table, wide, json, yaml or name",
            HelpName = "FORMAT",
            DefaultValueFactory = static _ => OutputFormat.Table,
            CustomParser = static result =>
            {
                if (Enum.TryParse<OutputFormat>(result.Tokens[0].Value, ignoreCase: true, out var format) && Enum.IsDefined(format) && !char.IsDigit(result.Tokens[0].Value[0]))
                {
                    return format;
                }

                result.AddError($"'{result.Tokens[0].Value}' is no output format; there are table, wide, json, yaml and name");
                return default;
            },
        };
        option.CompletionSources.Clear();
        option.CompletionSources.Add(static _ => Enum.GetNames<OutputFormat>().Select(static name => new System.CommandLine.Completions.CompletionItem(name.ToLowerInvariant())));
        return option;
    }
}
