using System.CommandLine;
using System.Globalization;
using BackupServer.Repository.Checking;

namespace BackupServer.Cli.Repositories;

/// <summary>Which packs a check reads: all, a part as <c>5%</c>, a group as <c>2/7</c>, or a size as <c>500M</c>.</summary>
internal sealed record ReadDataSubset
{
    /// <summary>No pack.</summary>
    public static ReadDataSubset None { get; } = new();

    /// <summary>Every pack.</summary>
    public static ReadDataSubset All { get; } = new() { Fraction = 1 };

    /// <summary>Part of the packs, by chance.</summary>
    public double Fraction { get; init; }

    /// <summary>One of so many groups.</summary>
    public (int Number, int Count)? Group { get; init; }

    /// <summary>Bytes of packs, by chance.</summary>
    public long MaximumBytes { get; init; } = long.MaxValue;

    /// <summary>Declares the option; null when it was not given.</summary>
    public static Option<ReadDataSubset?> Option() => new("--read-data-subset")
    {
        Description = "read and prove some packs: a random part (5%), a group of so many by name (2/7), or a random size (500M)",
        HelpName = "PART",
        CustomParser = static result =>
        {
            if (Parse(result.Tokens[0].Value) is { } subset)
            {
                return subset;
            }

            result.AddError("--read-data-subset must be a percentage above 0 such as 5%, a group such as 2/7, or a size such as 500M");
            return null;
        },
    };

    /// <summary>The options with this choice.</summary>
    public CheckOptions Apply(CheckOptions options) => options with { ReadDataFraction = Fraction, ReadDataGroup = Group, ReadDataMaximumBytes = MaximumBytes };

    /// <summary>Reads a choice; null when it is none.</summary>
    public static ReadDataSubset? Parse(string text)
    {
        if (text.EndsWith('%'))
        {
            return double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent is > 0 and <= 100
                ? new ReadDataSubset { Fraction = percent / 100 }
                : null;
        }

        if (text.Split('/') is [var left, var right])
        {
            return int.TryParse(left, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && int.TryParse(right, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                && number >= 1 && number <= count
                ? new ReadDataSubset { Group = (number, count) }
                : null;
        }

        return ByteSizeOption.TryParse(text, out var bytes) && bytes > 0 ? new ReadDataSubset { Fraction = 1, MaximumBytes = bytes } : null;
    }
}
