using BackupServer.Repository.Compression;
using BackupServer.Repository.Crypto;
using BackupServer.Repository.Files;
using BackupServer.Repository.Interop;
using BackupServer.Repository.Nodes;
using BackupServer.Repository.Tests.Files;
using FsCheck;
using FsCheck.Fluent;

namespace BackupServer.Repository.Tests.Interop;

/// <summary>The safe wrappers around what is not safe, with bytes and lengths of any kind: right, or refused, and never beside the memory they were given.</summary>
public sealed class NativeWrapperFuzzTests
{
    private const byte Guard = 0xA5;

    [Fact]
    public void Pieces_of_any_size_of_a_compressed_stream_give_what_was_compressed() =>
        Prop.ForAll<byte[], PositiveInt, PositiveInt>((content, repeat, piece) =>
        {
            byte[] plain = [.. Enumerable.Repeat(content, 1 + (repeat.Get % 50)).SelectMany(static bytes => bytes)];
            byte[] frame = Compress(plain);
            using ZstdReader reader = new(frame);
            List<byte> read = [];
            byte[] room = GuardedRoom(1 + (piece.Get % 100));
            while (reader.Read(room.AsSpan(1, room.Length - 2)) is > 0 and var count)
            {
                AssertGuarded(room);
                read.AddRange(room.AsSpan(1, count));
            }

            Assert.Equal(plain, read);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Damaged_streams_are_refused_or_end_and_touch_nothing_else() =>
        Prop.ForAll<byte[], NonNegativeInt, byte>((content, position, other) =>
        {
            byte[] frame = Compress([.. content, .. content, 1]);
            frame[position.Get % frame.Length] ^= other;
            byte[] cut = frame[..(1 + (position.Get % frame.Length))];
            foreach (byte[] source in (byte[][])[frame, cut, content])
            {
                byte[] room = GuardedRoom(64);
                Exception? refused = Record.Exception(() =>
                {
                    using ZstdReader reader = new(source);
                    for (int i = 0; i < 10_000 && reader.Read(room.AsSpan(1, 64)) > 0; i++)
                    {
                        AssertGuarded(room);
                    }

                    Zstd.Decompress(source, room.AsSpan(1, 64));
                });
                AssertGuarded(room);
                Assert.True(refused is null or InvalidDataException, refused?.ToString());
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_was_sealed_opens_and_one_other_bit_does_not() =>
        Prop.ForAll<byte[], NonNegativeInt>((plain, bit) =>
        {
            using MasterKey key = MasterKey.Random();
            using Sealer sealer = new(key);
            byte[] room = GuardedRoom(plain.Length + Sealer.Overhead);
            Span<byte> content = room.AsSpan(1, room.Length - 2);
            sealer.Seal(plain, content);
            AssertGuarded(room);

            Assert.Equal(plain, sealer.TryOpen(content));
            int flipped = bit.Get % (content.Length * 8);
            content[flipped / 8] ^= (byte)(1 << (flipped % 8));
            Assert.Null(sealer.TryOpen(content));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Key_derivation_mixes_lanes_alone_and_refuses_what_does_not_fit() =>
        Prop.ForAll<byte[], PositiveInt, PositiveInt>((seed, size, count) =>
        {
            int r = 1 + (size.Get % 8);
            int n = 2 << (size.Get % 6);
            int lanes = 1 + (count.Get % 3);
            byte[] room = GuardedRoom(lanes * 128 * r);
            for (int i = 0; i < room.Length - 2; i++)
            {
                room[i + 1] = (byte)((seed.Length == 0 ? 0 : seed[i % seed.Length]) + i);
            }

            byte[] alone = room[1..(1 + (128 * r))];
            ScryptMemory.Mix(room.AsSpan(1, room.Length - 2), n, r);
            ScryptMemory.Mix(alone, n, r);

            AssertGuarded(room);
            Assert.Equal(alone, room[1..(1 + (128 * r))]);
            Assert.Throws<ArgumentException>(() => ScryptMemory.Mix(new byte[(128 * r) + 1], n, r));
            Assert.Throws<ArgumentException>(() => ScryptMemory.Mix(new byte[128 * r], n + 1, r));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Names_contents_and_attributes_of_any_bytes_come_back_from_the_file_system()
    {
        using TemporaryFolder folder = new();
        using DirectoryHandle directory = DirectoryHandle.Open(folder.Root);
        Prop.ForAll<NonEmptyArray<byte>, byte[], NonNegativeInt>((bytes, content, offset) =>
        {
            RawName name = new([.. bytes.Get.Select(static b => b is 0 or (byte)'/' ? (byte)'_' : b).Take(200).Append((byte)'x')]);
            using (FileHandle file = directory.CreateFile(name))
            {
                file.Write(content, offset.Get);
                byte[] room = GuardedRoom(content.Length);
                Assert.Equal(content.Length, file.Read(room.AsSpan(1, content.Length), offset.Get));
                AssertGuarded(room);
                Assert.Equal(content, room[1..^1]);
                Assert.Equal(0, file.Read(room.AsSpan(1, content.Length), offset.Get + content.Length));
            }

            RawName link = new([.. name.Span, (byte)'l']);
            directory.CreateSymlink(link, name);
            Assert.Equal(name, directory.ReadLink(link));
            Assert.Equal([name, link], directory.List().Select(static entry => entry.Name).Order());
            Assert.Equal((ulong)(content.Length == 0 ? 0 : offset.Get + content.Length), (ulong)directory.Stat(name).Size);
            directory.Remove(link);
            directory.Remove(name);
        }).QuickCheckThrowOnFailure();
    }

    private static byte[] Compress(byte[] plain)
    {
        byte[] room = new byte[Zstd.MaximumLength(plain.Length)];
        return room[..Zstd.Compress(plain, room, 1)];
    }

    private static byte[] GuardedRoom(int length)
    {
        byte[] room = new byte[length + 2];
        room[0] = room[^1] = Guard;
        return room;
    }

    private static void AssertGuarded(byte[] room) => Assert.Equal((Guard, Guard), (room[0], room[^1]));
}
