using System.Globalization;

namespace BackupServer.Benchmarks.Measuring;

/// <summary>What <c>/proc</c> says of a process; null when it has ended.</summary>
internal static class KernelFigures
{
    private const int UserTime = 11;
    private const int SystemTime = 12;

    /// <summary>Most bytes in memory so far (VmHWM).</summary>
    public static long? PeakResident(int process) => Kilobytes(process, "VmHWM:");

    /// <summary>Bytes in memory that belong to it alone, now (RssAnon).</summary>
    public static long? PrivateResident(int process) => Kilobytes(process, "RssAnon:");

    /// <summary>User and system time so far.</summary>
    public static TimeSpan? Processor(int process, long ticksPerSecond)
    {
        // The name in parentheses may hold blanks; numbers follow it.
        var fields = Read(process, "stat") is { Length: > 0 } stat ? stat[(stat.LastIndexOf(')') + 2)..].Split(' ') : null;
        return fields is null
            ? null
            : TimeSpan.FromSeconds((double)(Number(fields[UserTime]) + Number(fields[SystemTime])) / ticksPerSecond);
    }

    private static long? Kilobytes(int process, string field)
    {
        var line = Read(process, "status")?.Split('\n').FirstOrDefault(line => line.StartsWith(field, StringComparison.Ordinal));
        return line is null ? null : Number(line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1]) << 10;
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static string? Read(int process, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/{file}");
        }
        catch (IOException)
        {
            // It has ended, which is what null says.
            return null;
        }
    }
}
