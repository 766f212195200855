namespace BackupServer.Cli.Running;

/// <summary>Where a command reads and writes. Results go to <see cref="Out"/>; progress, questions and errors to <see cref="Error"/>.</summary>
internal sealed record Terminal
{
    /// <summary>Results as text.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Results as bytes (a dumped file); opened only when needed.</summary>
    public required Func<Stream> OpenBinaryOut { get; init; }

    /// <summary>Progress, questions and errors.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Answers.</summary>
    public required TextReader In { get; init; }

    /// <summary>Whether somebody sees <see cref="Error"/>: progress may be redrawn in place.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>Whether somebody can answer a question.</summary>
    public bool CanAnswer { get; init; }

    /// <summary>Whether colours are wanted.</summary>
    public bool HasColor { get; init; }

    /// <summary>Variables of the environment.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>The streams of this process.</summary>
    public static Terminal OfProcess()
    {
        var interactive = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");
        return new Terminal
        {
            Out = Console.Out,
            OpenBinaryOut = Console.OpenStandardOutput,
            Error = Console.Error,
            In = Console.In,
            IsInteractive = interactive,
            CanAnswer = !Console.IsInputRedirected && !Console.IsErrorRedirected,
            // https://no-color.org: any value that is not empty.
            HasColor = interactive && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")),
        };
    }
}
