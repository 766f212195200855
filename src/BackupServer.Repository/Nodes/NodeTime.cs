using System.Text;

namespace BackupServer.Repository.Nodes;

/// <summary>
/// A file time: seconds since 1970 (negative before) and nanoseconds, which a <see cref="DateTimeOffset"/> would cut to 100 ns.
/// The offset is only remembered so that a tree of another writer can be encoded again with the same bytes; this library always writes UTC,
/// because a tree whose times follow the writer's zone changes its id with every change of that zone.
/// </summary>
/// <param name="Seconds">Whole seconds since 1970-01-01T00:00:00Z, rounded down.</param>
/// <param name="Nanoseconds">0 to 999,999,999, always counted forward.</param>
/// <param name="OffsetMinutes">Offset of the written form from UTC.</param>
public readonly record struct NodeTime(long Seconds, int Nanoseconds, short OffsetMinutes = 0) : IComparable<NodeTime>
{
    // Years 0000 and 9999: what the text form can carry.
    private const long Earliest = -62167219200;
    private const long Latest = 253402300799;

    /// <summary>The same instant written in UTC.</summary>
    public NodeTime ToUtc() => this with { OffsetMinutes = 0 };

    /// <summary>Whether both are the same instant, in whatever offset.</summary>
    public bool IsSameInstant(NodeTime other) => Seconds == other.Seconds && Nanoseconds == other.Nanoseconds;

    /// <summary>The time of a .NET value, in UTC.</summary>
    public static NodeTime From(DateTimeOffset time)
    {
        long ticks = time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;
        (long seconds, long rest) = Math.DivRem(ticks, TimeSpan.TicksPerSecond);
        return rest < 0
            ? new NodeTime(seconds - 1, (int)((rest + TimeSpan.TicksPerSecond) * 100))
            : new NodeTime(seconds, (int)(rest * 100));
    }

    /// <summary>The nearest .NET value not later than this; years outside of 1 to 9999 become the nearest one.</summary>
    public DateTimeOffset ToDateTimeOffset()
    {
        long seconds = Math.Clamp(Seconds, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds());
        return DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(Nanoseconds / 100);
    }

    /// <inheritdoc/>
    public int CompareTo(NodeTime other)
    {
        int order = Seconds.CompareTo(other.Seconds);
        return order != 0 ? order : Nanoseconds.CompareTo(other.Nanoseconds);
    }

    /// <summary>Most bytes that the text form takes.</summary>
    internal const int MaximumLength = 35;

    /// <summary>RFC 3339 as Go writes it: nanoseconds without trailing zeros, <c>Z</c> for UTC, years clamped to 0000 to 9999.</summary>
    public override string ToString()
    {
        Span<byte> text = stackalloc byte[MaximumLength];
        return Encoding.ASCII.GetString(text[..Format(text)]);
    }

    /// <summary>Writes the text form as UTF-8 and returns its length, which is at most <see cref="MaximumLength"/>.</summary>
    internal int Format(Span<byte> text)
    {
        bool tooEarly = Seconds + (OffsetMinutes * 60L) < Earliest;
        bool tooLate = Seconds + (OffsetMinutes * 60L) > Latest;
        long local = tooEarly ? Earliest : tooLate ? Latest : Seconds + (OffsetMinutes * 60L);
        (long day, long second) = Math.DivRem(local, 86400);
        if (second < 0)
        {
            (day, second) = (day - 1, second + 86400);
        }

        (long year, int month, int dayOfMonth) = CivilDate(day);
        Digits(text, 0, (int)year, 4);
        text[4] = (byte)'-';
        Digits(text, 5, month, 2);
        text[7] = (byte)'-';
        Digits(text, 8, dayOfMonth, 2);
        text[10] = (byte)'T';
        Digits(text, 11, (int)(second / 3600), 2);
        text[13] = (byte)':';
        Digits(text, 14, (int)(second / 60 % 60), 2);
        text[16] = (byte)':';
        Digits(text, 17, (int)(second % 60), 2);
        int length = 19;
        if (Nanoseconds != 0 && !tooEarly && !tooLate)
        {
            text[length] = (byte)'.';
            Digits(text, length + 1, Nanoseconds, 9);
            length += 10;
            while (text[length - 1] == '0')
            {
                length--;
            }
        }

        return FormatZone(text, length);
    }

    private int FormatZone(Span<byte> text, int length)
    {
        if (OffsetMinutes == 0)
        {
            text[length] = (byte)'Z';
            return length + 1;
        }

        text[length] = (byte)(OffsetMinutes < 0 ? '-' : '+');
        Digits(text, length + 1, Math.Abs((int)OffsetMinutes) / 60, 2);
        text[length + 3] = (byte)':';
        Digits(text, length + 4, Math.Abs((int)OffsetMinutes) % 60, 2);
        return length + 6;
    }

    private static void Digits(Span<byte> text, int start, int number, int count)
    {
        for (int i = start + count - 1; i >= start; i--)
        {
            (number, int digit) = Math.DivRem(number, 10);
            text[i] = (byte)('0' + digit);
        }
    }

    /// <summary>Reads RFC 3339 with up to nine digits of fraction.</summary>
    /// <exception cref="FormatException">The text is not such a time.</exception>
    public static NodeTime Parse(ReadOnlySpan<char> text)
    {
        if (text.Length < 20 || text[4] != '-' || text[7] != '-' || text[10] is not ('T' or 't') || text[13] != ':' || text[16] != ':')
        {
            throw Malformed(text);
        }

        long day = DayOf(Number(text, 0, 4), Number(text, 5, 2), Number(text, 8, 2));
        long second = (Number(text, 11, 2) * 3600) + (Number(text, 14, 2) * 60) + Number(text, 17, 2);
        int position = 19;
        int nanoseconds = 0;
        if (text[position] == '.')
        {
            int digits = text[++position..].IndexOfAnyExceptInRange('0', '9');
            if (digits is < 1 or > 9)
            {
                throw Malformed(text);
            }

            nanoseconds = Number(text, position, digits);
            for (int missing = digits; missing < 9; missing++)
            {
                nanoseconds *= 10;
            }

            position += digits;
        }

        short offset = Offset(text, position);
        return new NodeTime((day * 86400) + second - (offset * 60), nanoseconds, offset);
    }

    /// <summary>Reads RFC 3339 as UTF-8.</summary>
    /// <exception cref="FormatException">The text is not such a time.</exception>
    internal static NodeTime Parse(ReadOnlySpan<byte> utf8)
    {
        Span<char> text = stackalloc char[48];
        return Parse(text[..Encoding.Latin1.GetChars(utf8[..Math.Min(utf8.Length, text.Length)], text)]);
    }

    private static short Offset(ReadOnlySpan<char> text, int position)
    {
        ReadOnlySpan<char> zone = text[position..];
        if (zone is "Z" or "z")
        {
            return 0;
        }

        if (zone.Length != 6 || zone[0] is not ('+' or '-') || zone[3] != ':')
        {
            throw Malformed(text);
        }

        int minutes = (Number(zone, 1, 2) * 60) + Number(zone, 4, 2);
        return (short)(zone[0] == '-' ? -minutes : minutes);
    }

    private static int Number(ReadOnlySpan<char> text, int start, int length)
    {
        int number = 0;
        foreach (char digit in text.Slice(start, length))
        {
            number = char.IsAsciiDigit(digit) ? (number * 10) + (digit - '0') : throw Malformed(text);
        }

        return number;
    }

    // Days since 1970 of the proleptic Gregorian calendar, counted in eras of 400 years that begin in March so that the leap day is a year's last.
    private static long DayOf(int year, int month, int day)
    {
        long shifted = month <= 2 ? year - 1 : year;
        long era = (shifted >= 0 ? shifted : shifted - 399) / 400;
        long yearOfEra = shifted - (era * 400);
        long dayOfYear = (((153 * (month > 2 ? month - 3 : month + 9)) + 2) / 5) + day - 1;
        return (era * 146097) + (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear - 719468;
    }

    private static (long Year, int Month, int Day) CivilDate(long days)
    {
        long shifted = days + 719468;
        long era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
        long dayOfEra = shifted - (era * 146097);
        long yearOfEra = (dayOfEra - (dayOfEra / 1460) + (dayOfEra / 36524) - (dayOfEra / 146096)) / 365;
        long dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        long shiftedMonth = ((5 * dayOfYear) + 2) / 153;
        int day = (int)(dayOfYear - (((153 * shiftedMonth) + 2) / 5) + 1);
        int month = (int)(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9);
        return (yearOfEra + (era * 400) + (month <= 2 ? 1 : 0), month, day);
    }

    private static FormatException Malformed(ReadOnlySpan<char> text) => new($"'{text}' is not a time in RFC 3339 form.");

    /// <summary>Earlier than.</summary>
    public static bool operator <(NodeTime left, NodeTime right) => left.CompareTo(right) < 0;

    /// <summary>Later than.</summary>
    public static bool operator >(NodeTime left, NodeTime right) => left.CompareTo(right) > 0;

    /// <summary>Not later than.</summary>
    public static bool operator <=(NodeTime left, NodeTime right) => left.CompareTo(right) <= 0;

    /// <summary>Not earlier than.</summary>
    public static bool operator >=(NodeTime left, NodeTime right) => left.CompareTo(right) >= 0;
}
