namespace BackupServer.Cli.Running;

/// <summary>A command whose help shows how it is used.</summary>
internal interface IHasExamples
{
    /// <summary>Whole command lines, without the program's name; none where usage says all.</summary>
    IReadOnlyList<string> Examples { get; }

    /// <summary>What one must know to use it and no option says.</summary>
    IReadOnlyList<HelpTopic> Topics { get; }

    /// <summary>What it may return, ascending.</summary>
    IReadOnlyList<int> Codes { get; }
}
