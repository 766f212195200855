using BackupServer.Repository.Backends;

namespace BackupServer.Repository.Tests.Backends;

public sealed class BackendErrorsTests
{
    [Fact]
    public void A_full_disk_is_told_with_one_path_and_one_advice()
    {
        var full = new IOException("No space left on device : '/srv/repo/data/ab/abcd'", 28);

        var error = BackendErrors.Failed("write", "data/ab/abcd", "/srv/repo", full);

        Assert.Equal("cannot write 'data/ab/abcd' in /srv/repo: No space left on device; make room, or use a larger volume", error.Message);
    }

    [Fact]
    public void A_store_that_has_named_the_path_is_quoted_as_it_is()
    {
        const string Said = "cannot write 'repositories/manifests/data/ab/abcd' in /srv: No space left on device; make room, or use a larger volume";

        var error = BackendErrors.Failed("write", "data/ab/abcd", "repositories/manifests", new InvalidOperationException(Said));

        Assert.Equal(Said, error.Message);
    }

    [Fact]
    public void A_store_that_names_nothing_gets_the_path_added()
    {
        var error = BackendErrors.Failed("read", "config", "repositories/manifests", new InvalidOperationException("503 from the store"));

        Assert.Equal("cannot read 'config' in repositories/manifests: 503 from the store", error.Message);
    }

    [Fact]
    public void Missing_rights_are_told_without_a_second_path()
    {
        var denied = new UnauthorizedAccessException("Access to the path '/srv/repo/config' is denied.", new IOException("Permission denied", 13));

        Assert.Equal("cannot read 'config' in /srv/repo: Permission denied", BackendErrors.Failed("read", "config", "/srv/repo", denied).Message);
    }
}
