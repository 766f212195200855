using BackupServer.Repository.Nodes;
using BackupServer.Repository.Restoring;
using BackupServer.Repository.Snapshots;
using BackupServer.Repository.Tests.Support;

namespace BackupServer.Repository.Tests.Reliability.Hostile;

public sealed class HostileLinksTests
{
    [Fact]
    public async Task A_link_and_below_it_a_directory_of_the_same_name_never_leads_out_in_whatever_order_and_overwrite_mode()
    {
        foreach (RestoreOverwrite overwrite in Enum.GetValues<RestoreOverwrite>())
        {
            await using HostileRepository hostile = await HostileRepository.CreateAsync();
            ObjectId evil = await hostile.DataAsync("evil"u8.ToArray());
            ObjectId below = await hostile.TreeAsync(TestRepository.FileNode("victim", [evil], 4));
            string link = $"{{\"name\":\"x\",\"type\":\"symlink\",\"linktarget\":\"{hostile.Outside}\"}}";
            string directory = $"{{\"name\":\"x\",\"type\":\"dir\",\"mode\":2147484141,\"subtree\":\"{below}\"}}";
            string other = "{\"name\":\"a\",\"type\":\"symlink\",\"linktarget\":\"elsewhere\"}";
            foreach (string nodes in (string[])[$"{link},{directory}", $"{directory},{link}", $"{link},{other},{directory}", $"{directory},{other},{link}"])
            {
                Snapshot snapshot = await hostile.SnapshotAsync(await hostile.TreeAsync($"{{\"nodes\":[{nodes}]}}\n"));

                RestoreResult restore = await hostile.RestoreAsync(snapshot, options => options with { Overwrite = overwrite });

                Assert.Contains(restore.Problems, static problem => problem is { Path: "x", Kind: RestoreProblemKind.UnsafeName });
                hostile.AssertNothingOutside();
            }
        }
    }

    [Fact]
    public async Task Links_of_an_earlier_snapshot_in_the_target_are_replaced_by_directories_and_files_and_never_followed()
    {
        await using HostileRepository hostile = await HostileRepository.CreateAsync();
        ObjectId evil = await hostile.DataAsync("evil"u8.ToArray());
        ObjectId below = await hostile.TreeAsync(TestRepository.FileNode("victim", [evil], 4));
        Node Link(string name, string target) => new() { Name = new RawName(name), Type = NodeType.Symlink, Mode = NodeMode.Symlink | 0x1FF, LinkTarget = new RawName(target) };
        Snapshot links = await hostile.SnapshotAsync(await hostile.TreeAsync(Link("directory", "../outside"), Link("file", $"{hostile.Outside}/victim")));
        Snapshot attack = await hostile.SnapshotAsync(await hostile.TreeAsync(TestRepository.DirectoryNode("directory", below), TestRepository.FileNode("file", [evil], 4)));

        RestoreResult first = await hostile.RestoreAsync(links);
        RestoreResult second = await hostile.RestoreAsync(attack);

        Assert.Equal(2, first.Others);
        Assert.Equal(2, second.Files);
        Assert.Null(new FileInfo(Path.Combine(hostile.Target, "directory")).LinkTarget);
        Assert.Equal("evil", await File.ReadAllTextAsync(Path.Combine(hostile.Target, "directory", "victim"), HostileRepository.Cancellation));
        hostile.AssertNothingOutside();
    }

    [Fact]
    public async Task A_hard_link_to_a_file_outside_that_waits_in_the_target_is_not_written_through_by_a_file_of_several_names()
    {
        await using HostileRepository hostile = await HostileRepository.CreateAsync();
        Directory.CreateDirectory(hostile.Target);
        string outside = Path.Combine(hostile.Outside, "victim");
        Assert.Equal(0, BackupServer.Repository.Interop.LibC.Link(outside, Path.Combine(hostile.Target, "file")));
        ObjectId evil = await hostile.DataAsync("evil"u8.ToArray());
        Snapshot snapshot = await hostile.SnapshotAsync(await hostile.TreeAsync(TestRepository.FileNode("file", [evil], 4)));

        await hostile.RestoreAsync(snapshot);

        Assert.Equal("evil", await File.ReadAllTextAsync(Path.Combine(hostile.Target, "file"), HostileRepository.Cancellation));
        hostile.AssertNothingOutside();
    }

    [Fact]
    public async Task Somebody_who_swaps_a_directory_of_the_target_for_a_link_while_it_is_restored_leads_nothing_out()
    {
        await using HostileRepository hostile = await HostileRepository.CreateAsync();
        ObjectId content = await hostile.DataAsync("content"u8.ToArray());
        Node[] files = [.. Enumerable.Range(0, 400).Select(i => TestRepository.FileNode($"file-{i:D4}", [content], 7))];
        ObjectId below = await hostile.TreeAsync(files);
        Snapshot snapshot = await hostile.SnapshotAsync(await hostile.TreeAsync(TestRepository.DirectoryNode("directory", below)));
        string directory = Path.Combine(hostile.Target, "directory");
        using CancellationTokenSource done = new();
        Task swapping = Task.Run(
            () =>
            {
                for (int i = 0; !done.IsCancellationRequested; i++)
                {
                    Swap(directory, $"{directory}-{i}", hostile.Outside);
                }
            },
            HostileRepository.Cancellation);

        for (int i = 0; i < 5; i++)
        {
            await hostile.RestoreAsync(snapshot);
        }

        await done.CancelAsync();
        await swapping;
        hostile.AssertNothingOutside();
    }

    private static void Swap(string directory, string aside, string outside)
    {
        try
        {
            Directory.Move(directory, aside);
            Directory.CreateSymbolicLink(directory, outside);
        }
        catch (IOException)
        {
            // The restore was faster, or has not made it yet; the next turn may win.
            Thread.Yield();
        }
    }
}
