using System.Buffers;
using System.Text;

namespace BackupServer.Repository.Nodes;

/// <summary>
/// Writes JSON strings with the escapes of Go's <c>encoding/json</c> (as of Go 1.22), byte for byte. System.Text.Json has no encoder with this choice:
/// its relaxed one leaves <c>&lt;</c> alone, its default one escapes all non-ASCII and writes upper-case hex.
/// </summary>
internal static class GoJsonString
{
    private static readonly SearchValues<byte> Plain = SearchValues.Create(
        [.. Enumerable.Range(0x20, 0x60).Select(value => (byte)value).Except("\"\\<>&"u8.ToArray())]);

    /// <summary>Appends the string with its quotes; bytes that are not UTF-8 become the escape of U+FFFD, each.</summary>
    public static void Write(ReadOnlySpan<byte> utf8, IBufferWriter<byte> output)
    {
        output.Write("\""u8);
        while (!utf8.IsEmpty)
        {
            int plain = utf8.IndexOfAnyExcept(Plain);
            if (plain < 0)
            {
                plain = utf8.Length;
            }

            output.Write(utf8[..plain]);
            utf8 = utf8[plain..];
            if (!utf8.IsEmpty)
            {
                utf8 = utf8[WriteSpecial(utf8, output)..];
            }
        }

        output.Write("\""u8);
    }

    private static int WriteSpecial(ReadOnlySpan<byte> utf8, IBufferWriter<byte> output)
    {
        byte first = utf8[0];
        if (first < 0x80)
        {
            output.Write(Escape(first));
            return 1;
        }

        if (Rune.DecodeFromUtf8(utf8, out Rune rune, out int length) != OperationStatus.Done)
        {
            output.Write("\\ufffd"u8);
            return 1;
        }

        output.Write(rune.Value switch
        {
            0x2028 => "\\u2028"u8,
            0x2029 => "\\u2029"u8,
            _ => utf8[..length],
        });
        return length;
    }

    private static ReadOnlySpan<byte> Escape(byte value) => value switch
    {
        (byte)'"' => "\\\""u8,
        (byte)'\\' => "\\\\"u8,
        (byte)'\b' => "\\b"u8,
        (byte)'\f' => "\\f"u8,
        (byte)'\n' => "\\n"u8,
        (byte)'\r' => "\\r"u8,
        (byte)'\t' => "\\t"u8,
        _ => Encoding.ASCII.GetBytes($"\\u{value:x4}"),
    };
}
