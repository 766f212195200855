using System.Text;

namespace BackupServer.Quickstart.Filling;

/// <summary>Fills a volume with about 200 MiB of files as hard as they come, the same for the same seed.</summary>
internal sealed class AwkwardFiles(int seed)
{
    /// <summary>Number of small files.</summary>
    public const int SmallFiles = 20_000;

    private const int FilesPerFolder = 200;
    private const int MiB = 1 << 20;
    private readonly Random _random = new(seed);

    /// <summary>Fills an empty directory.</summary>
    public void Fill(string directory)
    {
        SmallOnes(directory);
        LargeOnes(directory);
        HolesAndLinks(directory);
        NamesAndModes(directory);
        Times(directory);
    }

    /// <summary>Changes about 1 %: every hundredth small file is rewritten in part, and 1 MiB in each large one.</summary>
    public void ChangeOnePercent(string directory)
    {
        for (var i = 0; i < SmallFiles; i += 100)
        {
            using var file = File.Open(SmallFile(directory, i), FileMode.Open, FileAccess.Write);
            file.Write(Text(64));
        }

        foreach (var name in new[] { "random.bin", "table.db" })
        {
            using var file = File.OpenHandle(Path.Combine(directory, "large", name), FileMode.Open, FileAccess.Write);
            RandomAccess.Write(file, Noise(MiB), 20 * MiB);
        }
    }

    private void SmallOnes(string directory)
    {
        for (var i = 0; i < SmallFiles; i++)
        {
            if (i % FilesPerFolder == 0)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(SmallFile(directory, i))!);
            }

            File.WriteAllBytes(SmallFile(directory, i), Text(100 + _random.Next(3900)));
        }
    }

    private void LargeOnes(string directory)
    {
        var folder = Directory.CreateDirectory(Path.Combine(directory, "large")).FullName;
        using (var noise = File.Create(Path.Combine(folder, "random.bin")))
        {
            for (var i = 0; i < 80; i++)
            {
                noise.Write(Noise(MiB));
            }
        }

        using var table = File.Create(Path.Combine(folder, "table.db"));
        for (var page = 0; page < 80 * MiB / 8192; page++)
        {
            var content = Text(8192);
            BitConverter.TryWriteBytes(content, page);
            table.Write(content);
        }
    }

    private void HolesAndLinks(string directory)
    {
        var folder = Folder(directory, "holes");
        NativeFiles.Write([.. folder, .. "empty"u8], 0);
        NativeFiles.Write([.. folder, .. "all-hole"u8], 300L * MiB);
        NativeFiles.Write([.. folder, .. "islands"u8], 64L * MiB + 17, (0, Noise(4096)), (20L * MiB + 5, Noise(1000)), (64L * MiB, Noise(17)));
        NativeFiles.Write([.. folder, .. "zeros"u8], 3 * MiB, (0, new byte[3 * MiB]));

        folder = Folder(directory, "links");
        NativeFiles.Write([.. folder, .. "one"u8], 5000, (0, Noise(5000)));
        NativeFiles.Link([.. folder, .. "one"u8], [.. folder, .. "two"u8]);
        NativeFiles.Link([.. folder, .. "one"u8], [.. folder, .. "three"u8]);
        NativeFiles.Symlink("one"u8, [.. folder, .. "relative"u8]);
        NativeFiles.Symlink("nowhere/at/all"u8, [.. folder, .. "dangling"u8]);
        NativeFiles.Symlink("/etc/hostname"u8, [.. folder, .. "absolute"u8]);
        NativeFiles.Symlink("../links"u8, [.. folder, .. "to-directory"u8]);
        NativeFiles.Symlink(Encoding.UTF8.GetBytes(new string('x', 1000)), [.. folder, .. "long-target"u8]);
    }

    private void NamesAndModes(string directory)
    {
        var folder = Folder(directory, "names");
        foreach (var name in new byte[][]
        {
            [.. "line\nbreak"u8], [.. "quote\"and\\backslash"u8], [.. "tab\tand\u007f"u8], [.. " leading and trailing "u8], [.. "-rf"u8],
            [.. "ümläut-日本語-🚲"u8], [0x66, 0xff, 0xfe, 0x80], [.. "cut-\u00e9"u8[..^1]], [.. Encoding.ASCII.GetBytes(new string('n', 255))], [.. "con\u00a0fusing"u8],
        })
        {
            NativeFiles.Write([.. folder, .. name], 11, (0, Text(11)));
        }

        folder = Folder(directory, "modes");
        foreach (var (name, mode) in new (byte[], uint)[]
        {
            ([.. "setuid"u8], 0x9ed), ([.. "setgid"u8], 0x5ed), ([.. "read-only"u8], 0x124), ([.. "private"u8], 0x180), ([.. "everything"u8], 0x1ff),
        })
        {
            NativeFiles.Write([.. folder, .. name], 3, (0, Text(3)));
            NativeFiles.Mode([.. folder, .. name], mode);
        }

        NativeFiles.Fifo([.. folder, .. "pipe"u8], 0x1a4);
        Directory.CreateDirectory(Path.Combine(directory, "modes", "sticky"));
        NativeFiles.Mode([.. folder, .. "sticky"u8], 0x3ff);
        NativeFiles.Write([.. folder, .. "attributes"u8], 3, (0, Text(3)));
        HasAttributes = NativeFiles.TryAttribute([.. folder, .. "attributes"u8], "user.colour"u8, "green"u8)
            && NativeFiles.TryAttribute([.. folder, .. "attributes"u8], "user.empty"u8, ""u8)
            && NativeFiles.TryAttribute([.. folder, .. "attributes"u8], "user.binary"u8, [0, 1, 255]);
    }

    private void Times(string directory)
    {
        var folder = Folder(directory, "times");
        foreach (var (name, seconds, nanoseconds) in new (byte[], long, long)[]
        {
            ([.. "1969"u8], -1, 999_999_999), ([.. "1901"u8], -2_147_483_648, 1), ([.. "1970"u8], 0, 0), ([.. "2038"u8], 2_147_483_648, 123_456_789), ([.. "now"u8], 1_700_000_000, 100),
        })
        {
            NativeFiles.Write([.. folder, .. name], 4, (0, Text(4)));
            NativeFiles.ModifiedAt([.. folder, .. name], seconds, nanoseconds);
        }

        NativeFiles.ModifiedAt(Encoding.UTF8.GetBytes(Path.Combine(directory, "times")), -86_400, 500);
    }

    /// <summary>Whether the file system took extended attributes.</summary>
    public bool HasAttributes { get; private set; }

    private static string SmallFile(string directory, int i) => Path.Combine(directory, "small", $"{i / FilesPerFolder:d3}", $"file-{i:d5}.txt");

    private static byte[] Folder(string directory, string name) =>
        Encoding.UTF8.GetBytes(Directory.CreateDirectory(Path.Combine(directory, name)).FullName + "/");

    private byte[] Noise(int length)
    {
        var bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }

    private byte[] Text(int length)
    {
        var bytes = Noise(length);
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = "etaoin shrdlu\n\0e"u8[bytes[i] & 15];
        }

        return bytes;
    }
}
