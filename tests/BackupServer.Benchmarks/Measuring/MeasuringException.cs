namespace BackupServer.Benchmarks.Measuring;

/// <summary>Something that was to be measured failed; the message says what, and what it wrote.</summary>
internal sealed class MeasuringException(string message) : Exception(message);
