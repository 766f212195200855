namespace BackupServer.Benchmarks.Measuring;

/// <summary>What a process took.</summary>
/// <param name="Wall">From its start to its end.</param>
/// <param name="Processor">User and system time, to the last look before it ended.</param>
/// <param name="PeakResident">Most bytes it had in memory at once, to the last look before it ended.</param>
/// <param name="Output">What it wrote, standard output first.</param>
internal sealed record Measurement(TimeSpan Wall, TimeSpan Processor, long PeakResident, string Output);
