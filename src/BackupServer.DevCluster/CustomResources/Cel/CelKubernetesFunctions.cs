using System.Net;
using System.Net.Sockets;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.CustomResources.Cel;

/// <summary>Quantities, URLs, addresses and networks.</summary>
internal static class CelKubernetesFunctions
{
    public static (string Name, bool IsMethod, int Arguments, Func<object?[], object?> Function)[] All { get; } =
    [
        ("quantity", false, 1, a => Quantity.TryParse(Text(a, 0), out var quantity) ? quantity : throw new CelException(Quantity.FormatError)),
        ("isQuantity", false, 1, a => Quantity.TryParse(Text(a, 0), out _)),
        ("isInteger", true, 0, a => Amount(a, 0).ToDouble() % 1 == 0),
        ("asInteger", true, 0, a => Amount(a, 0).ToDouble() % 1 == 0 ? Amount(a, 0).Ceiling() : throw new CelException("cannot convert value to integer")),
        ("asApproximateFloat", true, 0, a => Amount(a, 0).ToDouble()),
        ("sign", true, 0, a => (long)Amount(a, 0).Sign),
        ("add", true, 1, a => Amount(a, 0) + Amount(a, 1)),
        ("sub", true, 1, a => Amount(a, 0) - Amount(a, 1)),
        ("isGreaterThan", true, 1, a => Amount(a, 0) > Amount(a, 1)),
        ("isLessThan", true, 1, a => Amount(a, 0) < Amount(a, 1)),
        ("compareTo", true, 1, a => (long)Amount(a, 0).CompareTo(Amount(a, 1))),

        ("url", false, 1, a => TryUrl(Text(a, 0)) ?? throw new CelException($"URL parse error during conversion from string: {Text(a, 0)}")),
        ("isURL", false, 1, a => TryUrl(Text(a, 0)) is not null),
        ("getScheme", true, 0, a => Url(a).IsAbsoluteUri ? Url(a).Scheme : ""),
        ("getHost", true, 0, a => Url(a).IsAbsoluteUri ? Url(a).IsDefaultPort && !HasPort(Url(a)) ? Url(a).Host : Url(a).Authority : ""),
        ("getHostname", true, 0, a => Url(a).IsAbsoluteUri ? Url(a).Host.Trim('[', ']') : ""),
        ("getPort", true, 0, a => Url(a).IsAbsoluteUri && HasPort(Url(a)) ? Url(a).Port.ToString() : ""),
        ("getEscapedPath", true, 0, a => Url(a).IsAbsoluteUri ? Path(Url(a)) : Url(a).OriginalString.Split('?')[0]),

        ("ip", false, 1, a => IPAddress.TryParse(Text(a, 0), out var address) ? address : throw new CelException($"IP Address '{Text(a, 0)}' parse error")),
        ("isIP", false, 1, a => IPAddress.TryParse(Text(a, 0), out _)),
        ("family", true, 0, a => Address(a, 0).AddressFamily == AddressFamily.InterNetwork ? 4L : 6L),
        ("isLoopback", true, 0, a => IPAddress.IsLoopback(Address(a, 0))),
        ("isUnspecified", true, 0, a => Address(a, 0).Equals(IPAddress.Any) || Address(a, 0).Equals(IPAddress.IPv6Any)),
        ("cidr", false, 1, a => IPNetwork.TryParse(Text(a, 0), out var network) ? network : throw new CelException($"network address '{Text(a, 0)}' parse error")),
        ("isCIDR", false, 1, a => IPNetwork.TryParse(Text(a, 0), out _)),
        ("containsIP", true, 1, a => Network(a).Contains(a[1] is string text ? IPAddress.Parse(text) : Address(a, 1))),
        ("prefixLength", true, 0, a => (long)Network(a).PrefixLength),
    ];

    private static string Text(object?[] a, int at) => a[at] as string ?? throw CelFunctions.NoOverload("function of text", a);

    private static Quantity Amount(object?[] a, int at) => a[at] switch
    {
        Quantity quantity => quantity,
        long number => Quantity.FromInteger(number),
        _ => throw CelFunctions.NoOverload("quantity function", a),
    };

    private static Uri? TryUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && text.Contains("://", StringComparison.Ordinal) ? url
        : text.StartsWith('/') && Uri.TryCreate(text, UriKind.Relative, out var path) ? path
        : null;

    private static Uri Url(object?[] a) => a[0] as Uri ?? throw CelFunctions.NoOverload("url function", a);

    private static bool HasPort(Uri url)
    {
        var authority = url.OriginalString.Split("://", 2)[^1].Split('/', '?', '#')[0];
        return authority[(authority.LastIndexOf(']') + 1)..].Contains(':', StringComparison.Ordinal);
    }

    // Uri would add the slash that was not written.
    private static string Path(Uri url) => url.OriginalString.Split("://", 2)[^1].Contains('/', StringComparison.Ordinal) ? url.AbsolutePath : "";

    private static IPAddress Address(object?[] a, int at) => a[at] as IPAddress ?? throw CelFunctions.NoOverload("ip function", a);

    private static IPNetwork Network(object?[] a) => a[0] is IPNetwork network ? network : throw CelFunctions.NoOverload("cidr function", a);
}
