namespace BackupServer.DevCluster.Api;

/// <summary>Names of <c>generateName</c> and of children: a prefix and five characters without vowels. Thread-safe.</summary>
internal static class NameGenerator
{
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";
    private const int SuffixLength = 5;
    private const int MaxBaseLength = 58;

    /// <summary>A name of at most 63 characters.</summary>
    public static string Generate(string prefix, Random random) =>
        (prefix.Length > MaxBaseLength ? prefix[..MaxBaseLength] : prefix) + Suffix(SuffixLength, random);

    /// <summary>Random characters of the alphabet.</summary>
    public static string Suffix(int length, Random random)
    {
        lock (random)
        {
            return string.Create(length, random, (span, r) => r.GetItems<char>(Alphabet, span));
        }
    }

    /// <summary>A random UUID.</summary>
    public static string Uid(Random random)
    {
        Span<byte> bytes = stackalloc byte[16];
        lock (random)
        {
            random.NextBytes(bytes);
        }

        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }
}
