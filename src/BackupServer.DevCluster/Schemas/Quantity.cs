using System.Globalization;
using System.Numerics;

namespace BackupServer.DevCluster.Schemas;

/// <summary>
/// A resource quantity: an exact decimal with the suffix family it was written in. Text form is canonical as the API server writes it:
/// the largest suffix of the family that leaves a whole mantissa (0.5 is 500m, 1024Mi is 1Gi, 1e6 stays 1e6).
/// </summary>
internal readonly struct Quantity : IComparable<Quantity>, IEquatable<Quantity>
{
    /// <summary>What the decoder of the API server says about text that is no quantity.</summary>
    public const string FormatError =
        "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

    private static readonly (string Suffix, int Power)[] DecimalSuffixes =
        [("E", 18), ("P", 15), ("T", 12), ("G", 9), ("M", 6), ("k", 3), ("", 0), ("m", -3), ("u", -6), ("n", -9)];

    private static readonly (string Suffix, int Power)[] BinarySuffixes =
        [("Ei", 60), ("Pi", 50), ("Ti", 40), ("Gi", 30), ("Mi", 20), ("Ki", 10)];

    private static readonly BigInteger Billion = 1_000_000_000;

    /// <summary>In units of 1e-9, the finest a quantity can hold; finer input is rounded away from zero.</summary>
    private readonly BigInteger _nanos;
    private readonly Family _family;

    private Quantity(BigInteger nanos, Family family)
    {
        _nanos = nanos;
        _family = family;
    }

    private enum Family
    {
        Decimal,
        Binary,
        Exponent,
    }

    public static Quantity Zero => default;

    public int Sign => _nanos.Sign;

    public static Quantity operator +(Quantity left, Quantity right) =>
        new(left._nanos + right._nanos, left._nanos.IsZero ? right._family : left._family);

    public static Quantity operator -(Quantity left, Quantity right) =>
        new(left._nanos - right._nanos, left._nanos.IsZero ? right._family : left._family);

    public static bool operator >(Quantity left, Quantity right) => left.CompareTo(right) > 0;

    public static bool operator <(Quantity left, Quantity right) => left.CompareTo(right) < 0;

    public static bool operator >=(Quantity left, Quantity right) => left.CompareTo(right) >= 0;

    public static bool operator <=(Quantity left, Quantity right) => left.CompareTo(right) <= 0;

    public static bool operator ==(Quantity left, Quantity right) => left.Equals(right);

    public static bool operator !=(Quantity left, Quantity right) => !left.Equals(right);

    public static Quantity FromInteger(long value) => new(value * Billion, Family.Decimal);

    /// <returns>False when the text is no quantity.</returns>
    public static bool TryParse(string? text, out Quantity quantity)
    {
        quantity = default;
        if (string.IsNullOrEmpty(text))
        {
            return false;
        }

        var end = text[0] is '+' or '-' ? 1 : 0;
        var start = end;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.'))
        {
            end++;
        }

        var number = text[start..end];
        if (number is "" or "." || number.Count(c => c == '.') > 1 || !TrySuffix(text[end..], out var power, out var family))
        {
            return false;
        }

        var point = number.IndexOf('.', StringComparison.Ordinal);
        var fraction = point < 0 ? "" : number[(point + 1)..];
        var digits = BigInteger.Parse((point < 0 ? number : number[..point]) + fraction, NumberStyles.None, null);
        var nanos = Scale(digits, fraction.Length, power, family);
        quantity = new Quantity(text[0] == '-' ? -nanos : nanos, family);
        return true;
    }

    /// <exception cref="FormatException">The text is no quantity.</exception>
    public static Quantity Parse(string text) => TryParse(text, out var quantity) ? quantity : throw new FormatException(FormatError);

    /// <summary>The canonical text of a quantity's text; text that is none comes back unchanged.</summary>
    public static string Canonical(string text) => TryParse(text, out var quantity) ? quantity.ToString() : text;

    /// <summary>The value rounded up to a whole number, as scheduling and quotas count it.</summary>
    public long Ceiling()
    {
        var whole = BigInteger.DivRem(_nanos, Billion, out var rest);
        return (long)(rest.Sign > 0 ? whole + 1 : whole);
    }

    public double ToDouble() => (double)_nanos / 1e9;

    public int CompareTo(Quantity other) => _nanos.CompareTo(other._nanos);

    public bool Equals(Quantity other) => _nanos == other._nanos;

    public override bool Equals(object? obj) => obj is Quantity other && Equals(other);

    public override int GetHashCode() => _nanos.GetHashCode();

    public override string ToString()
    {
        if (_nanos.IsZero)
        {
            return "0";
        }

        if (_family == Family.Binary && BigInteger.Abs(_nanos) >= 1024 * Billion && (_nanos % Billion).IsZero)
        {
            var whole = _nanos / Billion;
            var suffix = Array.Find(BinarySuffixes, s => (whole % (BigInteger.One << s.Power)).IsZero);
            return (whole >> suffix.Power).ToString() + suffix.Suffix;
        }

        var nanos = _nanos;
        var (name, exponent) = DecimalSuffixes.First(s => (nanos % BigInteger.Pow(10, s.Power + 9)).IsZero);
        var mantissa = _nanos / BigInteger.Pow(10, exponent + 9);
        return _family == Family.Exponent
            ? exponent == 0 ? mantissa.ToString() : $"{mantissa}e{exponent}"
            : mantissa + name;
    }

    private static BigInteger Scale(BigInteger digits, int decimals, int power, Family family)
    {
        var numerator = digits * Billion * (family == Family.Binary ? BigInteger.One << power : BigInteger.Pow(10, Math.Max(power, 0)));
        var denominator = BigInteger.Pow(10, decimals + (family == Family.Binary ? 0 : Math.Max(-power, 0)));
        var nanos = BigInteger.DivRem(numerator, denominator, out var rest);
        return rest.IsZero ? nanos : nanos + 1;
    }

    private static bool TrySuffix(string suffix, out int power, out Family family)
    {
        family = Family.Decimal;
        foreach (var (name, value) in DecimalSuffixes)
        {
            if (name == suffix)
            {
                power = value;
                return true;
            }
        }

        family = Family.Binary;
        foreach (var (name, value) in BinarySuffixes)
        {
            if (name == suffix)
            {
                power = value;
                return true;
            }
        }

        family = Family.Exponent;
        power = 0;
        return suffix.Length > 1 && suffix[0] is 'e' or 'E'
            && int.TryParse(suffix.AsSpan(1), NumberStyles.AllowLeadingSign, null, out power) && Math.Abs(power) <= 60;
    }
}
