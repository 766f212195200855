using System.Net;
using System.Text.RegularExpressions;
using BackupServer.DevCluster.CustomResources.Cel;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.CustomResources;

/// <summary>The formats of text that the API server checks; others are let through, as it does.</summary>
internal static partial class SchemaFormats
{
    public static bool Matches(string format, string text) => format switch
    {
        "date-time" => Rfc3339.TryParse(text, out _),
        "date" => DateTime.TryParseExact(text, "yyyy-MM-dd", null, System.Globalization.DateTimeStyles.None, out _),
        "duration" => GoDuration.TryParse(text, out _),
        "byte" => Convert.TryFromBase64String(text, new byte[text.Length], out _),
        "uuid" or "uuid3" or "uuid4" or "uuid5" => Guid.TryParseExact(text, "D", out _) || Guid.TryParseExact(text, "N", out _),
        "ipv4" => IPAddress.TryParse(text, out var address) && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork,
        "ipv6" => IPAddress.TryParse(text, out var address) && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6,
        "cidr" => IPNetwork.TryParse(text, out _),
        "uri" => Uri.TryCreate(text, UriKind.Absolute, out _) || text.StartsWith('/'),
        "hostname" => text.Length <= 253 && Hostname().IsMatch(text),
        "email" => Email().IsMatch(text),
        "mac" => Mac().IsMatch(text),
        _ => true,
    };

    [GeneratedRegex("^[a-zA-Z0-9]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?(\\.[a-zA-Z0-9]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?)*$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Hostname();

    [GeneratedRegex("^[^@\\s]+@[^@\\s]+$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Email();

    [GeneratedRegex("^([0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Mac();
}
