using System.Globalization;

namespace BackupServer.Cli.Repositories;

/// <summary>Parts of a whole: <c>5%</c>, <c>2.5%</c>, <c>unlimited</c>.</summary>
internal static class Percentage
{
    /// <summary>Reads one, as a fraction.</summary>
    public static bool TryParse(string text, out double part)
    {
        if (text == "unlimited")
        {
            part = double.PositiveInfinity;
            return true;
        }

        var isPercentage = double.TryParse(text.AsSpan().TrimEnd('%'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && text.EndsWith('%');
        part = percent / 100;
        return isPercentage;
    }
}
