using System.CommandLine;
using System.Globalization;

namespace BackupServer.Cli.Repositories;

/// <summary>Options that are sizes as stock restic writes them: <c>500</c>, <c>64k</c>, <c>2.5M</c>, <c>10GiB</c>, <c>1T</c>; always powers of 1024.</summary>
internal static class ByteSizeOption
{
    /// <summary>Declares one; null when it was not given.</summary>
    public static Option<long?> Create(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "SIZE",
        CustomParser = result =>
        {
            if (TryParse(result.Tokens[0].Value, out var bytes))
            {
                return bytes;
            }

            result.AddError($"{name} must be a size such as 500k, 64M or 2.5G");
            return null;
        },
    };

    /// <summary>Reads a size.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        var digits = text.AsSpan().TrimEnd("iIbB");
        var power = digits.IsEmpty ? 0 : "kmgt".IndexOf(char.ToLowerInvariant(digits[^1]), StringComparison.Ordinal) + 1;
        digits = power > 0 ? digits[..^1] : digits;
        var isNumber = double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number);
        var value = number * Math.Pow(1024, power);
        bytes = isNumber && value < long.MaxValue ? (long)value : 0;
        return isNumber && value < long.MaxValue;
    }
}
