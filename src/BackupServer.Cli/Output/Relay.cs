namespace BackupServer.Cli.Output;

/// <summary>Turns one kind of progress into the kind that is shown, on the thread that reports it.</summary>
internal sealed class Relay<T>(IProgress<ProgressState> shown, Func<T, ProgressState> translate) : IProgress<T>
{
    /// <inheritdoc/>
    public void Report(T value) => shown.Report(translate(value));
}
