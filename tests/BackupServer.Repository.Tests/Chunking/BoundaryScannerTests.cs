using System.Buffers.Binary;
using BackupServer.Repository.Chunking;
using BackupServer.Repository.Tests.Files;

namespace BackupServer.Repository.Tests.Chunking;

public sealed class BoundaryScannerTests
{
    private const int Bits = 14;
    private static readonly BoundaryKey Key = new("3da3358b4dc173");

    [Fact]
    public void Vectors_find_what_one_place_after_the_other_finds()
    {
        byte[] content = AwkwardTree.RandomBytes(1 << 20, 1);
        int[] expected = [.. Enumerable.Range(BoundaryScanner.Window + 1, content.Length - BoundaryScanner.Window).Where(place => IsBoundary(content, place))];

        Assert.InRange(expected.Length, 40, 90);
        Assert.Equal(expected, All(content, content.Length));
        Assert.Equal(expected, All(content, 1000));
        Assert.Equal(expected, All(content, 17));
    }

    [Fact]
    public void Text_and_pages_have_as_many_boundaries_as_noise()
    {
        Random random = new(5);
        string[] words = [.. Enumerable.Range(0, 3000).Select(_ => string.Concat(Enumerable.Range(0, random.Next(3, 10)).Select(_ => (char)('a' + random.Next(26)))))];
        byte[] text = [.. Enumerable.Range(0, 2_000_000).SelectMany(_ => words[random.Next(words.Length)].Append(' ')).Take(8 << 20).Select(static character => (byte)character)];

        Assert.InRange(All(text, text.Length).Count, (8 << 20 >> Bits) / 2, (8 << 20 >> Bits) * 2);
    }

    [Fact]
    public void Zeros_have_no_boundary() => Assert.All(Enumerable.Range(0, 100), secret => Assert.Empty(All(new byte[1000], 1000, new BoundaryKey($"{secret}"))));

    private static List<int> All(byte[] content, int step, BoundaryKey? key = null)
    {
        List<int> found = [];
        int from = BoundaryScanner.Window;
        while (from < content.Length)
        {
            int end = Math.Min(content.Length, from + step);
            int boundary = BoundaryScanner.Find(content, from, end, Bits, key ?? Key);
            if (boundary > 0)
            {
                found.Add(boundary);
            }

            from = boundary > 0 ? boundary : end;
        }

        return found;
    }

    // The rule itself, in the words of the scanner's documentation.
    private static bool IsBoundary(byte[] content, int place)
    {
        ushort sum = 0;
        for (int age = 0; age < 16; age++)
        {
            sum += (ushort)(content[place - 1 - age] << age);
        }

        if ((ushort)((sum * Key.Factor) + Key.Addend) > 15)
        {
            return false;
        }

        ulong hash = 0;
        for (int word = 0; word < 8; word += 2)
        {
            hash += Fold(Word(content, place, word) ^ Key.Words[word], Word(content, place, word + 1) ^ Key.Words[word + 1]);
        }

        return Fold(hash ^ Key.Words[8], Key.Words[9]) >> (64 - (Bits - 12)) == 0;
    }

    private static ulong Word(byte[] content, int place, int word) => BinaryPrimitives.ReadUInt64LittleEndian(content.AsSpan(place - 64 + (word * 8)));

    private static ulong Fold(ulong first, ulong second)
    {
        UInt128 product = (UInt128)first * second;
        return (ulong)(product >> 64) ^ (ulong)product;
    }
}
