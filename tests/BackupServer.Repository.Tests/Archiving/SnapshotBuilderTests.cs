using System.Text;
using BackupServer.Repository.Archiving;
using BackupServer.Repository.Browsing;
using BackupServer.Repository.Tests.Files;

namespace BackupServer.Repository.Tests.Archiving;

public sealed class SnapshotBuilderTests
{
    private static readonly SnapshotHeader Header = new() { HostName = "cluster", Paths = ["/nightly"], Tags = ["backup=nightly"] };

    [Fact]
    public async Task Files_written_at_once_by_many_are_all_in_the_snapshot_and_stock_restic_reads_them()
    {
        await using BackupFixture fixture = await BackupFixture.CreateAsync();
        SnapshotBuilder builder = new(fixture.Repository);

        await Parallel.ForAsync(0, 50, BackupFixture.Cancellation, async (number, cancellationToken) =>
        {
            await using SnapshotFileWriter file = builder.CreateFile($"/resources/kind{number % 5}/namespaces/ns{number}.jsonl");
            for (int line = 0; line < 100; line++)
            {
                await file.WriteAsync(Encoding.UTF8.GetBytes($"{{\"file\":{number},\"line\":{line}}}\n"), cancellationToken);
                if (line % 40 == 39)
                {
                    file.CutChunk();
                }
            }
        });
        SnapshotBuildResult result = await builder.CommitAsync(Header, BackupFixture.Cancellation);

        Assert.Equal(50, result.Files);
        await fixture.Restic().MustBeCleanAsync();
        string dump = await fixture.Restic().MustAsync("dump", result.SnapshotId.ToString(), "/resources/kind3/namespaces/ns13.jsonl");
        Assert.StartsWith("{\"file\":13,\"line\":0}\n{\"file\":13,\"line\":1}\n", dump);
        Assert.Equal(100, dump.Count(c => c == '\n'));
        SnapshotReader reader = await SnapshotReader.OpenAsync(fixture.Repository, "latest", BackupFixture.Cancellation);
        SnapshotEntry? entry = await reader.FindAsync("/resources/kind3/namespaces/ns13.jsonl", BackupFixture.Cancellation);
        Assert.Equal(3, entry!.Node.Content!.Count);
        Assert.Equal(dump, Encoding.UTF8.GetString(await reader.ReadFileAsync("/resources/kind3/namespaces/ns13.jsonl", BackupFixture.Cancellation)));
    }

    [Fact]
    public async Task Equal_content_gives_the_equal_tree_and_costs_nothing()
    {
        await using BackupFixture fixture = await BackupFixture.CreateAsync();

        SnapshotBuildResult first = await BuildAsync(fixture, "one");
        SnapshotBuildResult second = await BuildAsync(fixture, "one");
        SnapshotBuildResult third = await BuildAsync(fixture, "two");

        Assert.Equal(first.Snapshot.Tree, second.Snapshot.Tree);
        Assert.Equal((0L, 0L), (second.AddedBytes, second.StoredBytes));
        Assert.Equal(first.RawBytes, second.RawBytes);
        Assert.InRange(third.AddedBytes, 1, 1500);
    }

    [Fact]
    public async Task A_long_file_is_cut_without_being_asked()
    {
        await using BackupFixture fixture = await BackupFixture.CreateAsync();
        byte[] content = AwkwardTree.RandomBytes(10 << 20, 1);
        SnapshotBuilder builder = new(fixture.Repository);
        await using (SnapshotFileWriter file = builder.CreateFile("log"))
        {
            await file.WriteAsync(content, BackupFixture.Cancellation);
            Assert.Equal(content.Length, file.Length);
        }

        SnapshotBuildResult result = await builder.CommitAsync(Header, BackupFixture.Cancellation);

        SnapshotReader reader = new(fixture.Repository, result.Snapshot);
        SnapshotEntry? entry = await reader.FindAsync("/log", BackupFixture.Cancellation);
        Assert.Equal(3, entry!.Node.Content!.Count);
        Assert.Equal(content, await reader.ReadFileAsync("/log", BackupFixture.Cancellation));
    }

    [Fact]
    public async Task Paths_that_collide_or_leave_the_root_are_refused()
    {
        await using BackupFixture fixture = await BackupFixture.CreateAsync();
        SnapshotBuilder builder = new(fixture.Repository);
        await using SnapshotFileWriter file = builder.CreateFile("/a/b");

        Assert.Throws<ArgumentException>(() => builder.CreateFile("/a/b"));
        Assert.Throws<ArgumentException>(() => builder.CreateFile("/a"));
        Assert.Throws<ArgumentException>(() => builder.CreateFile("/a/b/c"));
        Assert.Throws<ArgumentException>(() => builder.CreateFile("/../x"));
        Assert.Throws<ArgumentException>(() => builder.CreateFile("/"));
    }

    [Fact]
    public async Task A_snapshot_with_an_open_or_abandoned_file_cannot_be_committed()
    {
        await using BackupFixture fixture = await BackupFixture.CreateAsync();
        SnapshotBuilder builder = new(fixture.Repository);
        SnapshotFileWriter file = builder.CreateFile("/a");

        await Assert.ThrowsAsync<InvalidOperationException>(() => builder.CommitAsync(Header, BackupFixture.Cancellation));
        file.Abandon();
        await file.DisposeAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => builder.CommitAsync(Header, BackupFixture.Cancellation));

        Assert.Empty(await fixture.Repository.ListSnapshotIdsAsync(BackupFixture.Cancellation));
    }

    private static async Task<SnapshotBuildResult> BuildAsync(BackupFixture fixture, string changing)
    {
        SnapshotBuilder builder = new(fixture.Repository);
        foreach ((string path, string content) in new[] { ("/backup.json", changing), ("/resources/pods.jsonl", "same") })
        {
            await using SnapshotFileWriter file = builder.CreateFile(path);
            await file.WriteAsync(Encoding.UTF8.GetBytes(content), BackupFixture.Cancellation);
        }

        return await builder.CommitAsync(Header, BackupFixture.Cancellation);
    }
}
