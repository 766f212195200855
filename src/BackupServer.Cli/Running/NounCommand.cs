using System.CommandLine;

namespace BackupServer.Cli.Running;

/// <summary>A command that only holds others, with examples of them.</summary>
internal sealed class NounCommand(string name, string description) : Command(name, description), IHasExamples
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; init; } = [];

    /// <inheritdoc/>
    public IReadOnlyList<HelpTopic> Topics { get; init; } = [];

    /// <inheritdoc/>
    public IReadOnlyList<int> Codes { get; init; } = ExitCodes.Always;
}
