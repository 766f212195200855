using BackupServer.Abstractions.Plugins.ObjectStores;
using BackupServer.Plugins.FileSystem;

namespace BackupServer.Plugins.Tests.FileSystem;

public sealed class FileSystemProviderTests
{
    private static readonly FileSystemProvider Provider = new(TimeProvider.System);

    [Fact]
    public void Validation_names_every_problem_at_once()
    {
        var problems = Provider.Validate(new ObjectStoreConfiguration
        {
            Bucket = "relative/dir",
            Prefix = "/slashes/",
            Config = new Dictionary<string, string> { ["region"] = "eu", ["fsync"] = "no" },
            Credential = new byte[1],
        });

        Assert.Equal(5, problems.Count);
        Assert.Contains(problems, static problem => problem.Contains("'relative/dir'"));
        Assert.Contains(problems, static problem => problem.Contains("'/slashes/'"));
        Assert.Contains(problems, static problem => problem.Contains("config.region 'eu'"));
        Assert.Contains(problems, static problem => problem.Contains("config.fsync 'no'"));
        Assert.Contains(problems, static problem => problem.Contains("credential"));
    }

    [Theory]
    [InlineData("/backups", "")]
    [InlineData("/backups", "team-a/cluster.1")]
    public void A_good_configuration_has_no_problems(string bucket, string prefix) =>
        Assert.Empty(Provider.Validate(new ObjectStoreConfiguration { Bucket = bucket, Prefix = prefix }));

    [Theory]
    [InlineData("///srv/backups", "/srv/backups")]
    [InlineData("/srv/backups", "/srv/backups")]
    [InlineData("///srv/my%20backups/", "/srv/my backups/")]
    public void An_address_becomes_a_directory(string address, string directory) =>
        Assert.Equal(directory, Provider.ParseUrl(address).Bucket);

    [Theory]
    [InlineData("")]
    [InlineData("relative")]
    [InlineData("//host/share")]
    public void What_is_no_address_is_refused_with_an_example(string address) =>
        Assert.Contains("file:///", Assert.Throws<FormatException>(() => Provider.ParseUrl(address)).Message);

    [Fact]
    public async Task A_directory_that_is_not_there_is_not_made()
    {
        using var directory = new TemporaryDirectory();

        var error = await Assert.ThrowsAsync<ObjectStoreException>(async () => await Provider.OpenAsync(
            new ObjectStoreConfiguration { Bucket = directory.Sub("missing") }, TestContext.Current.CancellationToken));

        Assert.Equal(ObjectStoreErrorKind.NotFound, error.Kind);
        Assert.Contains(directory.Sub("missing"), error.Message);
        Assert.False(Directory.Exists(directory.Sub("missing")));
    }

    [Fact]
    public async Task A_file_in_the_place_of_the_directory_is_refused()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.Sub("file"), "");

        var error = await Assert.ThrowsAsync<ObjectStoreException>(async () => await Provider.OpenAsync(
            new ObjectStoreConfiguration { Bucket = directory.Sub("file") }, TestContext.Current.CancellationToken));

        Assert.Equal(ObjectStoreErrorKind.Permanent, error.Kind);
    }
}
