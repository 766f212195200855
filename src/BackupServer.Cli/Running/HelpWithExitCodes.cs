using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace BackupServer.Cli.Running;

/// <summary>Help of a command, and below it examples and what the program returns.</summary>
internal sealed class HelpWithExitCodes(HelpAction help) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var output = parseResult.InvocationConfiguration.Output;
        _ = help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is IHasExamples { Examples.Count: > 0 } exemplified)
        {
            output.WriteLine("Examples:");
            foreach (var example in exemplified.Examples)
            {
                output.WriteLine($"  backupctl {example}");
            }

            output.WriteLine();
        }

        var codes = parseResult.CommandResult.Command is VerbCommand verb ? verb.Codes : ExitCodes.Always;
        output.WriteLine("Exit codes:");
        foreach (var code in codes)
        {
            output.WriteLine($"  {code,-4} {ExitCodes.Meaning(code)}");
        }

        return ExitCodes.Ok;
    }
}
