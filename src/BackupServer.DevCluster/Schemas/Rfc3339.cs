using System.Globalization;

namespace BackupServer.DevCluster.Schemas;

/// <summary>Time text of the API: RFC 3339, upper-case T, with a zone.</summary>
internal static class Rfc3339
{
    private static readonly string[] Formats =
        [.. Enumerable.Range(0, 8).SelectMany(digits => new[] { "'Z'", "zzz" }.Select(zone =>
            "yyyy-MM-dd'T'HH:mm:ss" + (digits == 0 ? "" : "." + new string('f', digits)) + zone))];

    public static bool TryParse(string text, out DateTimeOffset time)
    {
        // Nine digits are legal, seven are kept.
        var point = text.IndexOf('.', StringComparison.Ordinal);
        if (point > 0)
        {
            var end = point + 1;
            while (end < text.Length && char.IsAsciiDigit(text[end]))
            {
                end++;
            }

            if (end - point > 8)
            {
                text = text[..(point + 8)] + text[end..];
            }
        }

        return DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
    }
}
