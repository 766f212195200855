using System.Globalization;
using System.Numerics;

namespace BackupServer.DevCluster.Controllers;

/// <summary>A resource quantity ("500m", "1Gi", "2e3") as thousandths, exact for what Kubernetes allows down to milli.</summary>
internal readonly record struct Quantity(BigInteger Thousandths) : IComparable<Quantity>
{
    private static readonly (string Suffix, BigInteger Factor)[] Suffixes =
    [
        ("Ki", BigInteger.Pow(2, 10)), ("Mi", BigInteger.Pow(2, 20)), ("Gi", BigInteger.Pow(2, 30)),
        ("Ti", BigInteger.Pow(2, 40)), ("Pi", BigInteger.Pow(2, 50)), ("Ei", BigInteger.Pow(2, 60)),
        ("k", 1_000), ("M", 1_000_000), ("G", 1_000_000_000),
        ("T", 1_000_000_000_000), ("P", 1_000_000_000_000_000), ("E", 1_000_000_000_000_000_000),
    ];

    public static Quantity Zero { get; } = new(0);

    public static Quantity operator +(Quantity left, Quantity right) => new(left.Thousandths + right.Thousandths);

    public static bool operator <(Quantity left, Quantity right) => left.Thousandths < right.Thousandths;

    public static bool operator >(Quantity left, Quantity right) => left.Thousandths > right.Thousandths;

    public static bool operator <=(Quantity left, Quantity right) => left.Thousandths <= right.Thousandths;

    public static bool operator >=(Quantity left, Quantity right) => left.Thousandths >= right.Thousandths;

    public int CompareTo(Quantity other) => Thousandths.CompareTo(other.Thousandths);

    /// <summary>Null when the text is no quantity. Digits below a thousandth are rounded up, as the API server does.</summary>
    public static Quantity? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        foreach (var (suffix, factor) in Suffixes)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal)) return Scale(text[..^suffix.Length], factor * 1000);
        }

        if (text.EndsWith('m')) return Scale(text[..^1], 1);
        if (text.EndsWith('u')) return Scale(text[..^1], 1, 1_000);
        if (text.EndsWith('n')) return Scale(text[..^1], 1, 1_000_000);
        return Scale(text, 1000);
    }

    /// <summary>The shortest form with a binary suffix where the value is whole in it, else decimal; milli only where needed.</summary>
    public string Format(bool binary)
    {
        if (Thousandths.IsZero) return "0";
        if (Thousandths % 1000 != 0) return $"{Thousandths}m";
        var value = Thousandths / 1000;
        foreach (var (suffix, factor) in Suffixes.Where(s => s.Suffix.EndsWith('i') == binary).Reverse())
        {
            if (value % factor == 0) return $"{value / factor}{suffix}";
        }

        return value.ToString(CultureInfo.InvariantCulture);
    }

    private static Quantity? Scale(string number, BigInteger factor, long divisor = 1)
    {
        if (!decimal.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)) return null;
        var digits = (decimal.GetBits(value)[3] >> 16) & 0xff;
        var unscaled = new BigInteger(value * (decimal)BigInteger.Pow(10, digits));
        var down = BigInteger.Pow(10, digits) * divisor;
        var scaled = BigInteger.DivRem(unscaled * factor, down, out var rest);
        return new Quantity(rest > 0 ? scaled + 1 : scaled);
    }
}
