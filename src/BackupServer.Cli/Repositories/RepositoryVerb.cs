using System.CommandLine;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Repositories;

/// <summary>Declares verbs that work on a repository.</summary>
internal static class RepositoryVerb
{
    /// <summary>A verb with the exit codes that opening a repository may have.</summary>
    public static VerbCommand Create(string name, string description, params int[] exitCodes) =>
        new(name, description, [ExitCodes.NoRepository, ExitCodes.Locked, ExitCodes.WrongPassword, .. exitCodes]);

    /// <summary>Adds lines that its help shows; each begins with the verb.</summary>
    public static VerbCommand WithExamples(this VerbCommand command, params string[] examples)
    {
        command.Examples = [.. examples.Select(static example => $"repository {example}")];
        return command;
    }

    /// <summary>Adds a paragraph that its help shows.</summary>
    public static VerbCommand WithTopic(this VerbCommand command, string title, params string[] lines)
    {
        command.Topics = [.. command.Topics, new HelpTopic(title, lines)];
        return command;
    }

    /// <summary>What it does, with the repository that the options name.</summary>
    public static void SetRepositoryAction(
        this VerbCommand command, CommandContext context, RepositoryLocationOptions options, Func<ParseResult, RepositoryAddress, CancellationToken, Task<int>> run) =>
        command.SetAction(async (parsed, cancellationToken) => await run(parsed, await options.ReadAsync(parsed, context, cancellationToken), cancellationToken));
}
