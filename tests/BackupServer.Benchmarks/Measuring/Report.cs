using System.Globalization;

namespace BackupServer.Benchmarks.Measuring;

/// <summary>Lines for people: what was measured, beside the limit it must keep.</summary>
internal static class Report
{
    /// <summary>The machine and the time, which every figure needs.</summary>
    public static void Head(string what, TimeProvider time)
    {
        var load = File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
        Console.WriteLine($"{what}; {time.GetUtcNow():yyyy-MM-dd HH:mm} UTC, {Environment.ProcessorCount} processors, .NET {Environment.Version}, load {load}");
    }

    /// <summary>One figure; true when it keeps its limit, which null says there is none.</summary>
    public static bool Line(string what, string figure, bool? holds, string limit = "")
    {
        var verdict = holds switch { true => $"within {limit}", false => $"OVER {limit}", null => limit };
        Console.WriteLine($"  {what,-34} {figure,-42} {verdict}".TrimEnd());
        return holds ?? true;
    }

    /// <summary>Bytes in MiB.</summary>
    public static string Mebibytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 20):0} MiB");

    /// <summary>Seconds to milliseconds.</summary>
    public static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.000} s");

    /// <summary>All three figures of a process.</summary>
    public static string Of(Measurement measured) => $"{Seconds(measured.Wall)}, processor {Seconds(measured.Processor)}, {Mebibytes(measured.PeakResident)}";
}
