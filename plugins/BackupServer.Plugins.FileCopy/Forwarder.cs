namespace BackupServer.Plugins.FileCopy;

/// <summary>Passes progress on at once and in order; <see cref="Progress{T}"/> would post it to other threads.</summary>
internal sealed class Forwarder<T>(Action<T> report) : IProgress<T>
{
    /// <inheritdoc/>
    public void Report(T value) => report(value);
}
