using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.CustomResources.Cel;

/// <summary>
/// The values of expressions: null, bool, long, ulong, double, string, byte[], TimeSpan, DateTimeOffset, Quantity, Uri, IPAddress,
/// IPNetwork, <see cref="CelOptional"/>, <see cref="CelMap"/>, lists of these; how they come from JSON, compare and print.
/// </summary>
internal static class CelValues
{
    /// <summary>JSON as its schema types it: date-time becomes a timestamp, duration a duration, byte bytes.</summary>
    public static object? From(JsonNode? node, StructuralSchema? schema) => node switch
    {
        null => null,
        JsonObject members => new CelMap(members, schema),
        JsonArray items => new CelList([.. items.Select(item => From(item, schema?.Items))], schema?.ListType ?? "atomic", schema?.ListKeys ?? []),
        _ => Scalar(node, schema),
    };

    public static string TypeName(object? value) => value switch
    {
        null => "null_type",
        bool => "bool",
        long => "int",
        ulong => "uint",
        double => "double",
        string => "string",
        byte[] => "bytes",
        TimeSpan => "google.protobuf.Duration",
        DateTimeOffset => "google.protobuf.Timestamp",
        CelList => "list",
        CelMap => "map",
        CelOptional => "optional_type",
        Quantity => "kubernetes.Quantity",
        Uri => "kubernetes.URL",
        System.Net.IPAddress => "net.IP",
        System.Net.IPNetwork => "net.CIDR",
        _ => value.GetType().Name,
    };

    public static bool AreEqual(object? left, object? right) => (left, right) switch
    {
        (null, null) => true,
        (null, _) or (_, null) => false,
        (double or long or ulong, double or long or ulong) => Compare(left, right) == 0,
        (byte[] a, byte[] b) => a.AsSpan().SequenceEqual(b),
        (CelList a, CelList b) => a.IsEqualTo(b),
        (CelMap a, CelMap b) => a.Count == b.Count && a.Keys.All(key =>
            a.TryGet(key, out var x) && b.TryGet(key, out var y) && AreEqual(x, y)),
        (CelOptional a, CelOptional b) => a.HasValue == b.HasValue && AreEqual(a.Value, b.Value),
        _ => left.Equals(right),
    };

    /// <exception cref="CelException">The two have no order.</exception>
    public static int Compare(object? left, object? right) => (left, right) switch
    {
        (long a, long b) => a.CompareTo(b),
        (ulong a, ulong b) => a.CompareTo(b),
        (double a, double b) => a.CompareTo(b),
        (double a, long b) => a.CompareTo((double)b),
        (long a, double b) => ((double)a).CompareTo(b),
        (double a, ulong b) => a.CompareTo((double)b),
        (ulong a, double b) => ((double)a).CompareTo(b),
        (long a, ulong b) => a < 0 ? -1 : ((ulong)a).CompareTo(b),
        (ulong a, long b) => b < 0 ? 1 : a.CompareTo((ulong)b),
        (string a, string b) => string.CompareOrdinal(a, b),
        (bool a, bool b) => a.CompareTo(b),
        (byte[] a, byte[] b) => a.AsSpan().SequenceCompareTo(b),
        (TimeSpan a, TimeSpan b) => a.CompareTo(b),
        (DateTimeOffset a, DateTimeOffset b) => a.CompareTo(b),
        (Quantity a, Quantity b) => a.CompareTo(b),
        _ => throw new CelException($"no such overload: {TypeName(left)} < {TypeName(right)}"),
    };

    /// <summary>The text that string() gives.</summary>
    /// <exception cref="CelException">The value has no text.</exception>
    public static string Text(object? value) => value switch
    {
        string text => text,
        bool flag => flag ? "true" : "false",
        long number => number.ToString(CultureInfo.InvariantCulture),
        ulong number => number.ToString(CultureInfo.InvariantCulture),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        TimeSpan span => span.TotalSeconds.ToString("0.#########", CultureInfo.InvariantCulture) + "s",
        DateTimeOffset time => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture),
        Quantity quantity => quantity.ToString(),
        System.Net.IPAddress address => address.ToString(),
        System.Net.IPNetwork network => network.ToString(),
        Uri uri => uri.OriginalString,
        _ => throw new CelException($"no such overload: string({TypeName(value)})"),
    };

    private static object? Scalar(JsonNode node, StructuralSchema? schema) => node.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number when schema?.Type == "number" => Json.Number(node),
        JsonValueKind.Number => long.TryParse(node.ToJsonString(), out var number) ? (object)number : Json.Number(node),
        JsonValueKind.String => Typed((string)node!, schema?.Format),
        _ => null,
    };

    private static object Typed(string text, string? format) => format switch
    {
        "date-time" when Rfc3339.TryParse(text, out var time) => time,
        "date" when DateTime.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) => new DateTimeOffset(date, TimeSpan.Zero),
        "duration" when GoDuration.TryParse(text, out var span) => span,
        "byte" => Bytes(text),
        _ => text,
    };

    private static object Bytes(string text)
    {
        var buffer = new byte[text.Length];
        return Convert.TryFromBase64String(text, buffer, out var written) ? buffer[..written] : text;
    }
}
