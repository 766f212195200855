namespace BackupServer.Kubernetes.Resilience;

/// <summary>Growing pauses with jitter: each between half of and the full doubled length. Not safe for concurrent use.</summary>
internal sealed class Backoff(TimeSpan first, TimeSpan longest)
{
    private int _failures;

    /// <summary>The pause after one more failure.</summary>
    public TimeSpan Next() => Pause(_failures++, first, longest);

    /// <summary>All is well again.</summary>
    public void Reset() => _failures = 0;

    /// <summary>The pause after a number of earlier failures.</summary>
    public static TimeSpan Pause(int failures, TimeSpan first, TimeSpan longest)
    {
        var full = Math.Min(longest.TotalMilliseconds, first.TotalMilliseconds * Math.Pow(2, Math.Min(failures, 30)));
        return TimeSpan.FromMilliseconds(full * (0.5 + (Random.Shared.NextDouble() / 2)));
    }
}
