using BackupServer.Repository.Archiving;
using BackupServer.Repository.Browsing;
using BackupServer.Repository.Tests.Archiving;
using BackupServer.Repository.Tests.Files;

namespace BackupServer.Repository.Tests.Browsing;

public sealed class SnapshotReaderTests
{
    [Fact]
    public async Task Any_range_of_a_file_can_be_read()
    {
        await using BackupFixture fixture = await BackupFixture.CreateAsync();
        byte[] content = [.. AwkwardTree.RandomBytes(3 << 20, 1), .. new byte[2 << 20], .. AwkwardTree.RandomBytes(3 << 20, 2)];
        await File.WriteAllBytesAsync(Path.Combine(fixture.Source, "file"), content, BackupFixture.Cancellation);
        ArchiveResult backup = await fixture.BackUpAsync();
        SnapshotReader reader = new(fixture.Repository, backup.Snapshot);

        await using Stream stream = await reader.OpenFileAsync("/data/file", BackupFixture.Cancellation);

        Assert.Equal(content.Length, stream.Length);
        Random random = new(3);
        byte[] buffer = new byte[1 << 20];
        for (int round = 0; round < 60; round++)
        {
            int offset = random.Next(content.Length + 1);
            int count = Math.Min(random.Next(buffer.Length), content.Length - offset);
            stream.Seek(offset, SeekOrigin.Begin);
            await stream.ReadExactlyAsync(buffer.AsMemory(0, count), BackupFixture.Cancellation);
            Assert.True(content.AsSpan(offset, count).SequenceEqual(buffer.AsSpan(0, count)), $"{count} bytes at {offset}");
        }

        stream.Seek(0, SeekOrigin.End);
        Assert.Equal(0, await stream.ReadAsync(buffer, BackupFixture.Cancellation));
    }

    [Fact]
    public async Task Snapshots_are_opened_by_id_prefix_and_latest_and_listed()
    {
        await using BackupFixture fixture = await BackupFixture.CreateAsync();
        AwkwardTree.Build(fixture.Source, 3);
        ArchiveResult backup = await fixture.BackUpAsync();

        foreach (string name in new[] { "latest", backup.SnapshotId.ToString(), backup.SnapshotId.ToShortString() })
        {
            SnapshotReader reader = await SnapshotReader.OpenAsync(fixture.Repository, name, BackupFixture.Cancellation);
            List<string> names = [];
            await foreach (SnapshotEntry entry in reader.ListAsync("//data/small/", BackupFixture.Cancellation))
            {
                names.Add(entry.Path.ToString());
            }

            Assert.Equal(["/data/small/file-00000", "/data/small/file-00001", "/data/small/file-00002"], names);
        }
    }

    [Fact]
    public async Task What_is_not_there_or_not_a_file_is_said_plainly()
    {
        await using BackupFixture fixture = await BackupFixture.CreateAsync();
        ArchiveResult backup = await fixture.BackUpAsync();
        SnapshotReader reader = new(fixture.Repository, backup.Snapshot);

        Assert.Null(await reader.FindAsync("/data/none/below", BackupFixture.Cancellation));
        RepositoryException missing = await Assert.ThrowsAsync<RepositoryException>(() => reader.OpenFileAsync("/none", BackupFixture.Cancellation));
        RepositoryException directory = await Assert.ThrowsAsync<RepositoryException>(() => reader.OpenFileAsync("/data", BackupFixture.Cancellation));

        Assert.Equal(RepositoryErrorKind.NotFound, missing.Kind);
        Assert.Contains("'/none'", missing.Message);
        Assert.Contains("not a file", directory.Message);
    }
}
