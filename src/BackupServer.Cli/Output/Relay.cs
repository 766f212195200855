namespace BackupServer.Cli.Output;

/// <summary>
/// Turns one kind of progress into the kind that is shown, on the thread that reports it, ten times a second at most: a backup of small files tells of many thousands.
/// </summary>
internal sealed class Relay<T>(IProgress<ProgressState> shown, Func<T, ProgressState> translate) : IProgress<T>
{
    private const long Pause = 100;

    private long _next;

    /// <inheritdoc/>
    public void Report(T value)
    {
        var next = Volatile.Read(ref _next);
        var now = Environment.TickCount64;
        if (now >= next && Interlocked.CompareExchange(ref _next, now + Pause, next) == next)
        {
            shown.Report(translate(value));
        }
    }
}
