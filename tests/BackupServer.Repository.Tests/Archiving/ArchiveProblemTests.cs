using BackupServer.Repository.Archiving;
using BackupServer.Repository.Backends;
using BackupServer.Repository.Browsing;
using BackupServer.Repository.Files;
using BackupServer.Repository.Nodes;
using BackupServer.Repository.Restoring;
using BackupServer.Repository.Tests.Files;
using BackupServer.Repository.Tests.Support;

namespace BackupServer.Repository.Tests.Archiving;

public sealed class ArchiveProblemTests
{
    [Fact]
    public async Task Files_that_vanish_after_they_were_listed_are_named_and_the_rest_is_kept()
    {
        await using BackupFixture fixture = await BackupFixture.CreateAsync();
        for (int i = 0; i < 300; i++)
        {
            await File.WriteAllTextAsync(Path.Combine(fixture.Source, $"file-{i:D3}"), $"{i}", BackupFixture.Cancellation);
        }

        OnFirst onFirst = new(() =>
        {
            File.Delete(Path.Combine(fixture.Source, "file-250"));
            File.Delete(Path.Combine(fixture.Source, "file-299"));
        });
        ArchiveResult result = await fixture.BackUpAsync(options => options with { Progress = onFirst });

        Assert.Equal(["/data/file-250", "/data/file-299"], result.Problems.Select(problem => problem.Path));
        Assert.All(result.Problems, problem => Assert.Equal(ArchiveProblemKind.Vanished, problem.Kind));
        Assert.All(result.Problems, problem => Assert.Contains("No such file", problem.Reason));
        Assert.Equal(298, result.Summary.FilesNew);
        await fixture.Restic().MustBeCleanAsync();
    }

    [Fact]
    public async Task A_file_that_is_written_while_it_is_read_is_named_kept_and_read_again_next_time()
    {
        using TemporaryFolder folder = new();
        string source = folder.MakeDirectory("source");
        string log = Path.Combine(source, "log");
        await File.WriteAllBytesAsync(log, AwkwardTree.RandomBytes(30 << 20, 1), BackupFixture.Cancellation);
        await using SignallingBackend backend = new(new MemoryBackend(), () => File.AppendAllText(log, "one more line"));
        RepositoryOptions options = TestRepository.Options with { PackSize = 1 << 20, ParallelUploads = 1 };
        await using Repository repository = await TestRepository.InitAsync(backend, options);
        backend.Arm();

        ArchiveOptions archive = new() { Root = new ArchiveRoot(source, "data"), HostName = "test" };
        ArchiveResult first = await new Archiver(repository).ArchiveAsync(archive, BackupFixture.Cancellation);
        ArchiveResult second = await new Archiver(repository).ArchiveAsync(archive, BackupFixture.Cancellation);

        ArchiveProblem problem = Assert.Single(first.Problems);
        Assert.Equal(("/data/log", ArchiveProblemKind.Changed), (problem.Path, problem.Kind));
        Assert.Equal(1, first.Summary.FilesNew);
        Assert.Empty(second.Problems);
        Assert.Equal(1, second.Summary.FilesChanged);
        byte[] stored = await new SnapshotReader(repository, second.Snapshot).ReadFileAsync("/data/log", BackupFixture.Cancellation);
        Assert.Equal(await File.ReadAllBytesAsync(log, BackupFixture.Cancellation), stored);
    }

    [Fact]
    public async Task A_file_whose_reading_fails_is_named_with_what_the_kernel_said()
    {
        await using BackupFixture fixture = await BackupFixture.CreateAsync();
        await File.WriteAllTextAsync(Path.Combine(fixture.Source, "good"), "good", BackupFixture.Cancellation);

        // The kernel answers a read at the start of this file with an I/O error, to root too.
        string unreadable = $"/proc/{Environment.ProcessId}/mem";
        ArchiveResult result = await fixture.BackUpAsync(options => options with { Root = null, Paths = [fixture.Source, unreadable] });

        ArchiveProblem problem = Assert.Single(result.Problems);
        Assert.Equal((unreadable, ArchiveProblemKind.Unreadable), (problem.Path, problem.Kind));
        Assert.Contains("Input/output error", problem.Reason);
        Assert.Equal("good"u8.ToArray(), await new SnapshotReader(fixture.Repository, result.Snapshot).ReadFileAsync(fixture.Source + "/good", BackupFixture.Cancellation));
    }

    [Fact]
    public async Task What_a_user_may_not_read_is_named_and_an_unreadable_directory_keeps_its_metadata()
    {
        if (await Unprivileged.RanElsewhereAsync(typeof(ArchiveProblemTests)))
        {
            return;
        }

        await using BackupFixture fixture = await BackupFixture.CreateAsync();
        using (DirectoryHandle source = DirectoryHandle.Open(fixture.Source))
        {
            AwkwardTree.Write(source, "good"u8, "good"u8);
            AwkwardTree.Write(source, "secret"u8, "secret"u8);
            source.SetPermissions(new RawName("secret"), 0);
            source.CreateDirectory(new RawName("closed"));
            source.SetPermissions(new RawName("closed"), 0x49);
        }

        ArchiveResult result = await fixture.BackUpAsync();

        Assert.Equal(["/data/closed", "/data/secret"], result.Problems.Select(problem => problem.Path));
        Assert.All(result.Problems, problem => Assert.Equal(ArchiveProblemKind.Unreadable, problem.Kind));
        Assert.All(result.Problems, problem => Assert.Contains("Permission denied", problem.Reason));
        SnapshotReader reader = new(fixture.Repository, result.Snapshot);
        Assert.Equal(NodeMode.Directory | 0x49, (await reader.FindAsync("/data/closed", BackupFixture.Cancellation))!.Node.Mode);
        Assert.Null(await reader.FindAsync("/data/secret", BackupFixture.Cancellation));
        Assert.NotNull(await reader.FindAsync("/data/good", BackupFixture.Cancellation));
    }

    [Fact]
    public async Task Sockets_are_left_out_silently()
    {
        await using BackupFixture fixture = await BackupFixture.CreateAsync();
        using System.Net.Sockets.Socket socket = new(
            System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(Path.Combine(fixture.Source, "socket")));

        ArchiveResult result = await fixture.BackUpAsync();

        Assert.Empty(result.Problems);
        Assert.Null(await new SnapshotReader(fixture.Repository, result.Snapshot).FindAsync("/data/socket", BackupFixture.Cancellation));
    }

    [Fact]
    public async Task A_source_that_does_not_exist_is_an_error_and_no_snapshot()
    {
        await using BackupFixture fixture = await BackupFixture.CreateAsync();

        FileSystemException error = await Assert.ThrowsAsync<FileSystemException>(
            () => fixture.BackUpAsync(options => options with { Root = new ArchiveRoot("/does/not/exist", "data") }));

        Assert.Contains("/does/not/exist", error.Message);
        Assert.Empty(await fixture.Repository.ListSnapshotIdsAsync(BackupFixture.Cancellation));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_stopped_backup_leaves_no_snapshot_and_the_next_one_continues(int seed)
    {
        RepositoryOptions options = TestRepository.Options with { PackSize = 256 << 10, IndexBytes = 1 << 20 };
        await using BackupFixture fixture = await BackupFixture.CreateAsync(options);
        Random random = new(seed);
        for (int i = 0; i < 400; i++)
        {
            await File.WriteAllBytesAsync(Path.Combine(fixture.Source, $"{i:D3}"), AwkwardTree.RandomBytes(50_000, (seed * 1000) + i), BackupFixture.Cancellation);
        }

        using CancellationTokenSource stop = new();
        int stopAfter = random.Next(150, 350);
        OnFiles onFiles = new(stopAfter, stop.Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new Archiver(fixture.Repository).ArchiveAsync(
            new ArchiveOptions { Root = new ArchiveRoot(fixture.Source, "data"), HostName = "test", Progress = onFiles }, stop.Token));
        await fixture.ReopenAsync();
        Assert.Empty(await fixture.Repository.ListSnapshotIdsAsync(BackupFixture.Cancellation));

        ArchiveResult result = await fixture.BackUpAsync();

        Assert.Equal(400, result.Summary.FilesNew);
        Assert.InRange(result.Summary.DataAdded, 1, 400 * 50_000 - (stopAfter * 50_000 / 2));
        RestoreResult restore = await fixture.RestoreAsync(result.Snapshot, "target");
        Assert.Empty(restore.Problems);
        Assert.True(fixture.Compare("source", "target").AreEqual);
        Assert.Contains("no errors were found", await fixture.Restic().MustAsync("check", "--read-data"));
    }

    private sealed class OnFirst(Action action) : IProgress<ArchiveProgress>
    {
        private readonly Lock _gate = new();
        private bool _called;

        public void Report(ArchiveProgress value)
        {
            // The other workers wait, so that none is past the files before they are gone.
            lock (_gate)
            {
                if (!_called)
                {
                    _called = true;
                    action();
                }
            }
        }
    }

    private sealed class OnFiles(long files, Action action) : IProgress<ArchiveProgress>
    {
        public void Report(ArchiveProgress value)
        {
            if (value.Files >= files)
            {
                action();
            }
        }
    }
}
