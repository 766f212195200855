using System.Buffers;
using System.Text;

namespace BackupServer.Repository.Nodes;

/// <summary>
/// The escaping of names in trees: Go's <c>strconv.Quote</c> without the outer quotes. Its result is valid UTF-8 without control characters for any bytes.
/// </summary>
internal static class QuotedName
{
    /// <summary>Bytes that are neither escaped here nor in JSON.</summary>
    public static readonly SearchValues<byte> Plain = SearchValues.Create([.. Enumerable.Range(0x20, 0x5F).Select(value => (byte)value).Except("\"\\<>&"u8.ToArray())]);

    /// <summary>Appends the quoted form of the raw name.</summary>
    public static void Quote(ReadOnlySpan<byte> raw, IBufferWriter<byte> output)
    {
        while (!raw.IsEmpty)
        {
            OperationStatus status = Rune.DecodeFromUtf8(raw, out Rune rune, out int length);
            if (status != OperationStatus.Done)
            {
                // One byte at a time, also where .NET would take a truncated sequence as one error: Go does.
                Write(output, $"\\x{raw[0]:x2}");
                raw = raw[1..];
                continue;
            }

            if (rune.Value is '"' or '\\')
            {
                output.Write("\\"u8);
                output.Write(raw[..1]);
            }
            else if (PrintableRunes.Contains(rune.Value))
            {
                output.Write(raw[..length]);
            }
            else
            {
                Write(output, Escape(rune.Value));
            }

            raw = raw[length..];
        }
    }

    /// <summary>The raw bytes of a quoted name.</summary>
    /// <exception cref="FormatException">An unknown or cut escape, a bare quote or line end: nothing restic would read either.</exception>
    public static byte[] Unquote(ReadOnlySpan<byte> quoted)
    {
        if (quoted.IndexOfAny("\\\"\n"u8) < 0)
        {
            return quoted.ToArray();
        }

        ArrayBufferWriter<byte> raw = new(quoted.Length);
        while (!quoted.IsEmpty)
        {
            int special = quoted.IndexOfAny("\\\"\n"u8);
            if (special < 0)
            {
                special = quoted.Length;
            }

            raw.Write(quoted[..special]);
            quoted = quoted[special..];
            if (!quoted.IsEmpty)
            {
                quoted = quoted[ReadEscape(quoted, raw)..];
            }
        }

        return raw.WrittenSpan.ToArray();
    }

    /// <summary>The quoted form as text, but with quotes and backslashes left as they are: for people.</summary>
    public static string Display(ReadOnlySpan<byte> raw)
    {
        ArrayBufferWriter<byte> output = new(raw.Length + 16);
        while (!raw.IsEmpty)
        {
            int plain = raw.IndexOfAny("\\\""u8);
            Quote(plain < 0 ? raw : raw[..plain], output);
            if (plain < 0)
            {
                break;
            }

            output.Write(raw.Slice(plain, 1));
            raw = raw[(plain + 1)..];
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static string Escape(int rune) => rune switch
    {
        '\a' => "\\a",
        '\b' => "\\b",
        '\f' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\v' => "\\v",
        < ' ' or 0x7F => $"\\x{rune:x2}",
        < 0x10000 => $"\\u{rune:x4}",
        _ => $"\\U{rune:x8}",
    };

    private static int ReadEscape(ReadOnlySpan<byte> quoted, ArrayBufferWriter<byte> raw)
    {
        if (quoted[0] != '\\' || quoted.Length < 2)
        {
            throw Malformed(quoted);
        }

        byte letter = quoted[1];
        int plain = letter switch
        {
            (byte)'a' => '\a',
            (byte)'b' => '\b',
            (byte)'f' => '\f',
            (byte)'n' => '\n',
            (byte)'r' => '\r',
            (byte)'t' => '\t',
            (byte)'v' => '\v',
            (byte)'\\' or (byte)'"' => letter,
            _ => -1,
        };
        if (plain >= 0)
        {
            raw.Write([(byte)plain]);
            return 2;
        }

        return letter switch
        {
            (byte)'x' => ReadByte(quoted, raw, 2, 2, 16),
            >= (byte)'0' and <= (byte)'7' => ReadByte(quoted, raw, 1, 3, 8),
            (byte)'u' => ReadRune(quoted, raw, 4),
            (byte)'U' => ReadRune(quoted, raw, 8),
            _ => throw Malformed(quoted),
        };
    }

    private static int ReadByte(ReadOnlySpan<byte> quoted, ArrayBufferWriter<byte> raw, int start, int digits, int radix)
    {
        long value = ReadDigits(quoted, start, digits, radix);
        if (value > byte.MaxValue)
        {
            throw Malformed(quoted);
        }

        raw.Write([(byte)value]);
        return start + digits;
    }

    private static int ReadRune(ReadOnlySpan<byte> quoted, ArrayBufferWriter<byte> raw, int digits)
    {
        long value = ReadDigits(quoted, 2, digits, 16);
        if (value > 0x10FFFF || !Rune.TryCreate((int)value, out Rune rune))
        {
            throw Malformed(quoted);
        }

        raw.Advance(rune.EncodeToUtf8(raw.GetSpan(4)));
        return 2 + digits;
    }

    private static long ReadDigits(ReadOnlySpan<byte> quoted, int start, int digits, int radix)
    {
        if (quoted.Length < start + digits)
        {
            throw Malformed(quoted);
        }

        long value = 0;
        foreach (byte digit in quoted.Slice(start, digits))
        {
            int number = char.IsAsciiHexDigit((char)digit) ? Convert.ToInt32(((char)digit).ToString(), 16) : radix;
            value = number < radix ? (value * radix) + number : throw Malformed(quoted);
        }

        return value;
    }

    private static void Write(IBufferWriter<byte> output, string ascii) =>
        output.Advance(Encoding.ASCII.GetBytes(ascii, output.GetSpan(ascii.Length)));

    private static FormatException Malformed(ReadOnlySpan<byte> quoted) =>
        new($"The name has a malformed escape at '{Encoding.UTF8.GetString(quoted[..Math.Min(12, quoted.Length)])}'.");
}
