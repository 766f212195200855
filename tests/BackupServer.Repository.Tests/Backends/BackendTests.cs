using BackupServer.Repository.Backends;

namespace BackupServer.Repository.Tests.Backends;

public abstract class BackendTests
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected abstract IRepositoryBackend Backend { get; }

    [Fact]
    public async Task What_is_saved_is_loaded_whole_and_in_parts()
    {
        await Backend.SaveAsync("keys/a", "0123456789"u8.ToArray(), Cancellation);

        Assert.Equal("0123456789"u8.ToArray(), await Backend.LoadAsync("keys/a", 0, -1, Cancellation));
        Assert.Equal("345"u8.ToArray(), await Backend.LoadAsync("keys/a", 3, 3, Cancellation));
        Assert.Equal("89"u8.ToArray(), await Backend.LoadAsync("keys/a", 8, -1, Cancellation));
        Assert.Equal(10, await Backend.SizeAsync("keys/a", Cancellation));
    }

    [Fact]
    public async Task Saving_the_same_again_succeeds_and_other_content_is_refused()
    {
        await Backend.SaveAsync("config", "one"u8.ToArray(), Cancellation);
        await Backend.SaveAsync("config", "one"u8.ToArray(), Cancellation);

        var error = await Assert.ThrowsAsync<RepositoryException>(() => Backend.SaveAsync("config", "two"u8.ToArray(), Cancellation));

        Assert.Equal(RepositoryErrorKind.AlreadyExists, error.Kind);
        Assert.Equal("one"u8.ToArray(), await Backend.LoadAsync("config", 0, -1, Cancellation));
    }

    [Fact]
    public async Task A_missing_file_has_no_size_is_not_found_and_is_deleted_without_complaint()
    {
        var error = await Assert.ThrowsAsync<RepositoryException>(() => Backend.LoadAsync("data/ab/missing", 0, -1, Cancellation));

        Assert.Equal(RepositoryErrorKind.NotFound, error.Kind);
        Assert.Null(await Backend.SizeAsync("data/ab/missing", Cancellation));
        await Backend.DeleteAsync("data/ab/missing", Cancellation);
    }

    [Fact]
    public async Task A_range_beyond_the_end_tells_that_the_file_is_truncated()
    {
        await Backend.SaveAsync("data/ab/short", "0123"u8.ToArray(), Cancellation);

        var error = await Assert.ThrowsAsync<RepositoryException>(() => Backend.LoadAsync("data/ab/short", 2, 3, Cancellation));

        Assert.Equal(RepositoryErrorKind.Damaged, error.Kind);
        Assert.Contains("5 are expected", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_listing_has_files_at_any_depth_of_its_directory_only()
    {
        await Backend.SaveAsync("data/ab/one", new byte[3], Cancellation);
        await Backend.SaveAsync("data/cd/two", new byte[5], Cancellation);
        await Backend.SaveAsync("index/three", new byte[7], Cancellation);

        var listed = await Backend.ListAsync("data", Cancellation).OrderBy(static file => file.Path).ToListAsync(Cancellation);

        Assert.Equal([new BackendFile("data/ab/one", 3), new BackendFile("data/cd/two", 5)], listed);
        Assert.Equal(["one", "two"], listed.Select(static file => file.Name));
        Assert.Empty(await Backend.ListAsync("locks", Cancellation).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task Of_many_writers_of_one_name_exactly_one_content_wins()
    {
        var writers = Enumerable.Range(0, 16).Select(async i =>
        {
            try
            {
                await Backend.SaveAsync("config", new[] { (byte)i }, Cancellation);
                return i;
            }
            catch (RepositoryException e) when (e.Kind == RepositoryErrorKind.AlreadyExists)
            {
                return -1;
            }
        });

        var winner = Assert.Single(await Task.WhenAll(writers), static i => i >= 0);

        Assert.Equal([(byte)winner], await Backend.LoadAsync("config", 0, -1, Cancellation));
    }
}
