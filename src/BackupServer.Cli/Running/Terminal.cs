namespace BackupServer.Cli.Running;

/// <summary>Where a command reads and writes. Results go to <see cref="Out"/>; progress, questions and errors to <see cref="Error"/>.</summary>
internal sealed record Terminal
{
    /// <summary>Results as text.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Results as bytes (a dumped file); opened only when needed.</summary>
    public required Func<Stream> OpenBinaryOut { get; init; }

    /// <summary>Input as bytes (what is to be backed up); opened only when needed.</summary>
    public Func<Stream> OpenBinaryIn { get; init; } = Console.OpenStandardInput;

    /// <summary>Progress, questions and errors.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Answers.</summary>
    public required TextReader In { get; init; }

    /// <summary>Whether somebody sees <see cref="Error"/>: progress may be redrawn in place.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>Whether somebody can answer a question.</summary>
    public bool CanAnswer { get; init; }

    /// <summary>Reads a line that is not shown; asked only where <see cref="CanAnswer"/>. Null when the input ends.</summary>
    public Func<CancellationToken, Task<string?>> ReadSecret { get; init; } = static _ => Task.FromResult<string?>(null);

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
            // A key that is waited for cannot be given up: where the command is interrupted, the process ends without it.
            ReadSecret = static cancellationToken => Task.Run(ReadKeys, CancellationToken.None).WaitAsync(cancellationToken),
            // https://no-color.org: any value that is not empty.
            HasColor = interactive && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")),
        };
    }

    private static string? ReadKeys()
    {
        var typed = new System.Text.StringBuilder();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            switch (key.Key)
            {
                case ConsoleKey.Enter:
                    return typed.ToString();
                case ConsoleKey.D when key.Modifiers == ConsoleModifiers.Control && typed.Length == 0:
                    return null;
                case ConsoleKey.U when key.Modifiers == ConsoleModifiers.Control:
                    typed.Clear();
                    break;
                case ConsoleKey.Backspace:
                    typed.Length = Math.Max(0, typed.Length - 1);
                    break;
                default:
                    typed.Append(key.KeyChar == '\0' ? "" : key.KeyChar);
                    break;
            }
        }
    }
}
