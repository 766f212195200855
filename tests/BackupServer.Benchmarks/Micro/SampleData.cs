using System.Text;

namespace BackupServer.Benchmarks.Micro;

/// <summary>The same bytes in each run: random ones, and pages as of a database, of which about half is entropy.</summary>
internal static class SampleData
{
    public static byte[] Random(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    public static byte[] Pages(int length)
    {
        var random = new Random(7);
        var words = Enumerable.Range(0, 3000).Select(_ => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, random.Next(3, 10)).Select(_ => (char)random.Next('a', 'z'))))).ToArray();
        var bytes = new byte[length];
        for (var position = 0; position < length;)
        {
            var row = bytes.AsSpan(position, Math.Min(24, length - position));
            random.NextBytes(row);
            position += row.Length;
            for (var i = 0; i < 5 && position < length; i++)
            {
                var word = words[random.Next(words.Length)].AsSpan();
                word = word[..Math.Min(word.Length, length - position)];
                word.CopyTo(bytes.AsSpan(position));
                position += word.Length;
            }
        }

        return bytes;
    }
}
