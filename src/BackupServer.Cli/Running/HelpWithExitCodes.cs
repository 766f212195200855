using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace BackupServer.Cli.Running;

/// <summary>Help of a command, and below it topics, examples and what the program returns.</summary>
internal sealed class HelpWithExitCodes(HelpAction help) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var output = parseResult.InvocationConfiguration.Output;
        _ = help.Invoke(parseResult);
        var described = parseResult.CommandResult.Command as IHasExamples;
        foreach (var topic in described?.Topics ?? [])
        {
            Write(output, topic.Title, topic.Lines);
        }

        if (described is { Examples.Count: > 0 })
        {
            Write(output, "Examples", described.Examples.Select(static example => $"backupctl {example}"));
        }

        var codes = described?.Codes ?? ExitCodes.Always;
        output.WriteLine("Exit codes:");
        foreach (var code in codes)
        {
            output.WriteLine($"  {code,-4} {ExitCodes.Meaning(code)}");
        }

        return ExitCodes.Ok;
    }

    private static void Write(TextWriter output, string title, IEnumerable<string> lines)
    {
        output.WriteLine($"{title}:");
        foreach (var line in lines)
        {
            output.WriteLine($"  {line}");
        }

        output.WriteLine();
    }
}
