using BackupServer.Repository.Files;
using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Tests.Files;

/// <summary>Builds a tree with everything a Linux file system allows and tools forget.</summary>
internal static class AwkwardTree
{
    public static bool IsRoot => Environment.IsPrivilegedProcess;

    public static void Build(string path, int smallFiles = 300)
    {
        Directory.CreateDirectory(path);
        using DirectoryHandle root = DirectoryHandle.Open(path);
        Write(root, "empty"u8, []);
        Write(root, "hello.txt"u8, "hello, world\n"u8);
        Write(root, "random-5MiB"u8, RandomBytes(5 << 20, 5));
        Write(root, "zeros-1MiB"u8, new byte[1 << 20]);
        Sparse(root, "sparse-3MiB"u8, 3 << 20, "head"u8, "tail"u8);
        Sparse(root, "hole-300MB"u8, 300_000_000, [], []);
        Sparse(root, "holes-and-data"u8, 20 << 20, RandomBytes(700_000, 6), RandomBytes(1_500_000, 7));
        Names(Make(root, "names"u8));
        Kinds(Make(root, "kinds"u8));
        SmallFiles(Make(root, "small"u8), smallFiles);
        Make(root, "empty-dir"u8).Dispose();
        Times(root);
    }

    public static byte[] RandomBytes(int count, int seed)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static void Write(DirectoryHandle directory, ReadOnlySpan<byte> name, ReadOnlySpan<byte> content)
    {
        using FileHandle file = directory.CreateFile(new RawName(name.ToArray()));
        file.Write(content, 0);
    }

    private static DirectoryHandle Make(DirectoryHandle directory, ReadOnlySpan<byte> name)
    {
        RawName raw = new(name.ToArray());
        directory.CreateDirectory(raw);
        directory.SetPermissions(raw, 0x1ED);
        return directory.OpenDirectory(raw);
    }

    private static void Sparse(DirectoryHandle directory, ReadOnlySpan<byte> name, long size, ReadOnlySpan<byte> head, ReadOnlySpan<byte> tail)
    {
        using FileHandle file = directory.CreateFile(new RawName(name.ToArray()));
        file.SetLength(size);
        file.Write(head, 0);
        file.Write(tail, size - tail.Length);
    }

    private static void Names(DirectoryHandle directory)
    {
        using DirectoryHandle names = directory;
        byte[][] all =
        [
            "quote\".txt"u8.ToArray(), "back\\slash"u8.ToArray(), "new\nline"u8.ToArray(), "tab\there"u8.ToArray(), "bell\a"u8.ToArray(), [.. "del"u8, 0x7F],
            [.. "esc"u8, 0x1B], [.. "bad"u8, 0xFF, 0xFE, .. "utf8"u8], [.. "trunc"u8, 0xE2, 0x82], "html<&>.txt"u8.ToArray(), "umlaut-\u00e4\u00f6\u00fc"u8.ToArray(),
            "emoji-\U0001f600"u8.ToArray(), "soft\u00adhyphen"u8.ToArray(), "zwsp\u200b"u8.ToArray(), "nbsp\u00a0"u8.ToArray(), "ls\u2028ps\u2029"u8.ToArray(),
            "bom\ufeff"u8.ToArray(), "repl\ufffd"u8.ToArray(), "nfd-a\u0308"u8.ToArray(), " leading space"u8.ToArray(), "trailing space "u8.ToArray(), "-dash"u8.ToArray(),
            "~tilde"u8.ToArray(), "a"u8.ToArray(), "a.b"u8.ToArray(), "a-b"u8.ToArray(), "A"u8.ToArray(), [.. "surrogate"u8, 0xED, 0xA0, 0x80],
            [.. Enumerable.Repeat((byte)'x', 255)], "*"u8.ToArray(), "..."u8.ToArray(), "%s"u8.ToArray(),
        ];
        foreach (byte[] name in all)
        {
            Write(names, name, name);
        }

        Make(names, [.. "dir"u8, 0xFF, (byte)'\n']).Dispose();
    }

    private static void Kinds(DirectoryHandle directory)
    {
        using DirectoryHandle kinds = directory;
        Write(kinds, "setuid"u8, "s"u8);
        kinds.SetPermissions(new RawName("setuid"), 0x9ED);
        Write(kinds, "setgid"u8, "g"u8);
        kinds.SetPermissions(new RawName("setgid"), 0x5ED);
        Write(kinds, "mode0444"u8, "0"u8);
        kinds.SetPermissions(new RawName("mode0444"), 0x124);
        Make(kinds, "sticky"u8).Dispose();
        kinds.SetPermissions(new RawName("sticky"), 0x3FF);
        kinds.CreateSymlink(new RawName("link"), new RawName("../hello.txt"));
        kinds.CreateSymlink(new RawName("link-dangling"), new RawName([.. "dangling/"u8, 0xFF, 0xFE]));
        kinds.CreateSymlink(new RawName("link-absolute"), new RawName("/etc/hostname"));
        Write(kinds, "hard1"u8, "hardlinked"u8);
        kinds.CreateHardLink(new RawName("hard2"), kinds, new RawName("hard1"));
        using (DirectoryHandle far = Make(kinds, "far"u8))
        {
            far.CreateHardLink(new RawName("hard3"), kinds, new RawName("hard1"));
        }

        kinds.CreateSpecial(new RawName("fifo"), NodeType.Fifo, 0);
        Write(kinds, "xattrs"u8, "x"u8);
        SetAttribute(kinds, "xattrs", new ExtendedAttribute("user.zeta", "last"u8.ToArray()));
        SetAttribute(kinds, "xattrs", new ExtendedAttribute("user.alpha", new byte[] { 0, 1, 255 }));
        SetAttribute(kinds, "xattrs", new ExtendedAttribute("user.empty", default));
        Make(kinds, "xattr-dir"u8).Dispose();
        SetAttribute(kinds, "xattr-dir", new ExtendedAttribute("user.dir", "on a directory"u8.ToArray()));
        if (IsRoot)
        {
            Write(kinds, "mode0"u8, "0"u8);
            kinds.SetPermissions(new RawName("mode0"), 0);
            kinds.CreateSpecial(new RawName("chardev"), NodeType.CharDevice, 259);
            kinds.CreateSpecial(new RawName("blockdev"), NodeType.Device, 1050412);
            Write(kinds, "owner"u8, "o"u8);
            kinds.SetOwner(new RawName("owner"), 54321, 65432);
            kinds.SetOwner(new RawName("link"), 54321, 65432);
        }
    }

    private static void SetAttribute(DirectoryHandle directory, string name, ExtendedAttribute attribute)
    {
        directory.SetAttribute(new RawName(name), attribute);
    }

    private static void SmallFiles(DirectoryHandle directory, int count)
    {
        using DirectoryHandle small = directory;
        for (int i = 0; i < count; i++)
        {
            Write(small, System.Text.Encoding.ASCII.GetBytes($"file-{i:D5}"), System.Text.Encoding.ASCII.GetBytes($"content of {i}"));
        }
    }

    private static void Times(DirectoryHandle root)
    {
        using DirectoryHandle times = Make(root, "times"u8);
        (string Name, NodeTime Time)[] all =
        [
            ("t0", new NodeTime(0, 0)), ("us", new NodeTime(1_500_000_000, 1_000)), ("ns", new NodeTime(1_500_000_000, 123_456_789)),
            ("before-1970", new NodeTime(-86_401, 999_999_999)), ("1901", new NodeTime(-2_147_000_000, 5)), ("far", new NodeTime(4_102_444_800, 0)),
        ];
        foreach ((string name, NodeTime time) in all)
        {
            Write(times, System.Text.Encoding.ASCII.GetBytes(name), "t"u8);
            times.SetTimes(new RawName(name), time, time);
        }

        NodeTime old = new(-1_000_000_000, 123_456_789);
        root.SetTimes(new RawName("kinds/link"), old, old);
        root.SetTimes(new RawName("empty-dir"), old, old);
        root.SetTimes(new RawName("times"), old, old);
    }
}
