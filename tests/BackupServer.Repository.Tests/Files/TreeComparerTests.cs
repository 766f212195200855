using System.Diagnostics;
using BackupServer.Repository.Files;
using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Tests.Files;

public sealed class TreeComparerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_tree_equals_the_copy_that_cp_makes()
    {
        AwkwardTree.Build(_folder["a"], 20);
        Copy("a", "b");

        TreeComparison result = new TreeComparer().Compare(_folder["a"], _folder["b"], TestContext.Current.CancellationToken);

        Assert.Empty(result.Differences);
        Assert.True(result.AreEqual);
        Assert.True(result.Files > 60, $"{result.Files} files");
        Assert.True(result.Bytes > 300_000_000, $"{result.Bytes} bytes");
    }

    [Fact]
    public void Every_kind_of_difference_is_named_with_its_path()
    {
        AwkwardTree.Build(_folder["a"], 3);
        Copy("a", "b");
        using DirectoryHandle b = DirectoryHandle.Open(_folder["b"]);
        using DirectoryHandle kinds = b.OpenDirectory(new RawName("kinds"));
        NodeTime time = new(5, 6);

        b.Remove(new RawName("empty"));
        AwkwardTree.Write(b, "more"u8, []);
        kinds.SetPermissions(new RawName("setgid"), 0x1ED);
        kinds.SetTimes(new RawName("sticky"), time, time);
        kinds.SetAttribute(new RawName("xattrs"), new ExtendedAttribute("user.zeta", "other"u8.ToArray()));
        kinds.Remove(new RawName("link"));
        kinds.CreateSymlink(new RawName("link"), new RawName("elsewhere"));
        kinds.Remove(new RawName("fifo"));
        kinds.CreateDirectory(new RawName("fifo"));
        kinds.Remove(new RawName("hard2"));
        AwkwardTree.Write(kinds, "hard2"u8, "hardlinked"u8);
        using (FileHandle file = b.OpenToWrite(new RawName("random-5MiB")))
        {
            file.Write([1, 2, 3], 4_000_000);
        }

        using (FileHandle file = b.OpenToWrite(new RawName("hello.txt")))
        {
            file.SetLength(3);
        }

        using (FileHandle file = b.OpenToWrite(new RawName("sparse-3MiB")))
        {
            byte[] zeros = new byte[(3 << 20) - 8];
            file.Write(zeros, 4);
        }

        using (FileHandle file = b.OpenToWrite(new RawName("hole-300MB")))
        {
            file.Write(new byte[20 << 20], 0);
        }

        TreeComparison result = new TreeComparer().Compare(_folder["a"], _folder["b"], TestContext.Current.CancellationToken);

        string[] found = [.. result.Differences.Select(d => $"{d.Path} {d.Aspect}")];
        string[] expected =
        [
            "empty missing", "more unexpected", "kinds/setgid mode", "kinds/sticky mtime", "kinds/xattrs xattrs", "kinds/link target", "kinds/fifo type",
            "kinds/hard2 links", "random-5MiB content", "hello.txt size", "hole-300MB holes",
        ];
        Assert.All(expected, difference => Assert.Contains(difference, found));
        Assert.Contains(result.Differences, d => d.ToString().Contains("different from byte 40000", StringComparison.Ordinal));
    }

    private void Copy(string from, string to)
    {
        using Process process = Process.Start("cp", ["-a", "--sparse=auto", _folder[from], _folder[to]]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
