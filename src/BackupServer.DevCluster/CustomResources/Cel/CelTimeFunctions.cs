namespace BackupServer.DevCluster.CustomResources.Cel;

/// <summary>Parts of timestamps (in UTC) and durations.</summary>
internal static class CelTimeFunctions
{
    public static (string Name, bool IsMethod, int Arguments, Func<object?[], object?> Function)[] All { get; } =
    [
        ("getFullYear", true, 0, a => (long)Time(a).Year),
        ("getMonth", true, 0, a => (long)Time(a).Month - 1),
        ("getDate", true, 0, a => (long)Time(a).Day),
        ("getDayOfMonth", true, 0, a => (long)Time(a).Day - 1),
        ("getDayOfWeek", true, 0, a => (long)Time(a).DayOfWeek),
        ("getDayOfYear", true, 0, a => (long)Time(a).DayOfYear - 1),
        ("getHours", true, 0, a => a[0] is TimeSpan span ? (long)span.TotalHours : Time(a).Hour),
        ("getMinutes", true, 0, a => a[0] is TimeSpan span ? (long)span.TotalMinutes : Time(a).Minute),
        ("getSeconds", true, 0, a => a[0] is TimeSpan span ? (long)span.TotalSeconds : Time(a).Second),
        ("getMilliseconds", true, 0, a => a[0] is TimeSpan span ? span.Milliseconds : (long)Time(a).Millisecond),
    ];

    private static DateTime Time(object?[] a) => a[0] is DateTimeOffset time ? time.UtcDateTime : throw CelFunctions.NoOverload("time function", a);
}
