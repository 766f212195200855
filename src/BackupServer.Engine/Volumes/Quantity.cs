using System.Globalization;

namespace BackupServer.Engine.Volumes;

/// <summary>Amounts as Kubernetes writes them: <c>1Gi</c>, <c>500M</c>, <c>1e3</c>, <c>1500m</c>.</summary>
public static class Quantity
{
    private static readonly (string Suffix, decimal Factor)[] Suffixes =
    [
        ("Ki", 1024m), ("Mi", 1024m * 1024), ("Gi", 1024m * 1024 * 1024), ("Ti", 1024m * 1024 * 1024 * 1024),
        ("Pi", 1024m * 1024 * 1024 * 1024 * 1024), ("Ei", 1024m * 1024 * 1024 * 1024 * 1024 * 1024),
        ("n", 1e-9m), ("u", 1e-6m), ("m", 1e-3m),
        ("k", 1e3m), ("M", 1e6m), ("G", 1e9m), ("T", 1e12m), ("P", 1e15m), ("E", 1e18m),
    ];

    /// <summary>Reads an amount; false when the text is none or does not fit.</summary>
    public static bool TryParse(string text, out decimal value)
    {
        var (suffix, factor) = Suffixes.FirstOrDefault(entry => text.EndsWith(entry.Suffix, StringComparison.Ordinal), (Suffix: "", Factor: 1m));
        var number = text.AsSpan(0, text.Length - suffix.Length);
        if (!decimal.TryParse(number, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value)
            || Math.Abs(value) > decimal.MaxValue / Math.Max(factor, 1))
        {
            value = 0;
            return false;
        }

        value *= factor;
        return true;
    }
}
