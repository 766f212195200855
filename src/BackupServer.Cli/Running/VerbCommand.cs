using System.CommandLine;

namespace BackupServer.Cli.Running;

/// <summary>A command that does something, with the exit codes its help lists.</summary>
internal sealed class VerbCommand : Command, IHasExamples
{
    /// <summary>Declares a command.</summary>
    /// <param name="name">The word users type.</param>
    /// <param name="description">One line for help.</param>
    /// <param name="exitCodes">Codes it returns besides <see cref="ExitCodes.Always"/>.</param>
    public VerbCommand(string name, string description, params int[] exitCodes)
        : base(name, description) => Codes = [.. ExitCodes.Always.Concat(exitCodes).Order()];

    /// <summary>Everything it may return, ascending.</summary>
    public IReadOnlyList<int> Codes { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; set; } = [];

    /// <inheritdoc/>
    public IReadOnlyList<HelpTopic> Topics { get; set; } = [];

    /// <summary>What it does, on the cluster that the options name.</summary>
    public void SetClusterAction(CommandContext context, Func<ParseResult, Cluster, CancellationToken, Task<int>> run) =>
        SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = context.Cluster.Connect(parsed, context);
            return await run(parsed, cluster, cancellationToken);
        });
}
