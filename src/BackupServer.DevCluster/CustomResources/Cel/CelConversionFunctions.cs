using System.Globalization;
using System.Text;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.CustomResources.Cel;

/// <summary>int(), uint(), double(), string(), bool(), bytes(), duration(), timestamp().</summary>
internal static class CelConversionFunctions
{
    public static (string Name, bool IsMethod, int Arguments, Func<object?[], object?> Function)[] All { get; } =
    [
        ("int", false, 1, Int),
        ("uint", false, 1, Uint),
        ("double", false, 1, Double),
        ("string", false, 1, a => CelValues.Text(a[0])),
        ("bool", false, 1, Bool),
        ("bytes", false, 1, a => a[0] is string text ? Encoding.UTF8.GetBytes(text) : a[0] is byte[] bytes ? bytes : throw CelFunctions.NoOverload("bytes", a)),
        ("duration", false, 1, a => a[0] switch
        {
            TimeSpan span => span,
            string text when GoDuration.TryParse(text, out var span) => span,
            string text => throw new CelException($"invalid duration '{text}'"),
            _ => throw CelFunctions.NoOverload("duration", a),
        }),
        ("timestamp", false, 1, a => a[0] switch
        {
            DateTimeOffset time => time,
            long seconds => DateTimeOffset.FromUnixTimeSeconds(seconds),
            string text when Rfc3339.TryParse(text, out var time) => time,
            string text => throw new CelException($"invalid timestamp '{text}'"),
            _ => throw CelFunctions.NoOverload("timestamp", a),
        }),
    ];

    private static object Int(object?[] a) => a[0] switch
    {
        long number => number,
        ulong number when number <= long.MaxValue => (long)number,
        double number when number is > -9.3e18 and < 9.2e18 => (long)number,
        string text when long.TryParse(text, NumberStyles.AllowLeadingSign, null, out var number) => number,
        string text => throw new CelException($"strconv.ParseInt: parsing \"{text}\": invalid syntax"),
        DateTimeOffset time => time.ToUnixTimeSeconds(),
        ulong or double => throw new CelException("integer overflow"),
        _ => throw CelFunctions.NoOverload("int", a),
    };

    private static object Uint(object?[] a) => a[0] switch
    {
        ulong number => number,
        long number when number >= 0 => (ulong)number,
        double number when number is >= 0 and < 1.8e19 => (ulong)number,
        string text when ulong.TryParse(text, NumberStyles.None, null, out var number) => number,
        string text => throw new CelException($"strconv.ParseUint: parsing \"{text}\": invalid syntax"),
        long or double => throw new CelException("unsigned integer overflow"),
        _ => throw CelFunctions.NoOverload("uint", a),
    };

    private static object Double(object?[] a) => a[0] switch
    {
        double number => number,
        long number => (double)number,
        ulong number => (double)number,
        string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        string text => throw new CelException($"strconv.ParseFloat: parsing \"{text}\": invalid syntax"),
        _ => throw CelFunctions.NoOverload("double", a),
    };

    private static object Bool(object?[] a) => a[0] switch
    {
        bool flag => flag,
        "1" or "t" or "true" or "TRUE" or "True" or "T" => true,
        "0" or "f" or "false" or "FALSE" or "False" or "F" => false,
        string text => throw new CelException($"strconv.ParseBool: parsing \"{text}\": invalid syntax"),
        _ => throw CelFunctions.NoOverload("bool", a),
    };
}
