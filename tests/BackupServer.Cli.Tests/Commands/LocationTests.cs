using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.Cli.Tests.Running;
using BackupServer.Kubernetes.Secrets;

namespace BackupServer.Cli.Tests.Commands;

public sealed class LocationTests(DevClusterFixture cluster)
{
    [Fact]
    public async Task A_url_becomes_provider_and_bucket()
    {
        var run = await cluster.RunAsync("location", "create", "by-url", "--url", "file:///srv/backups", "--default", "--access-mode", "ReadOnly");

        var spec = (await cluster.GetAsync<BackupStorageLocation>("by-url"))["spec"]!;
        Assert.True(run.Code == 0, run.ToString());
        Assert.Equal("FileSystem", (string?)spec["provider"]);
        Assert.Equal("/srv/backups", (string?)spec["objectStorage"]!["bucket"]);
        Assert.True((bool)spec["default"]!);
        Assert.Equal("ReadOnly", (string?)spec["accessMode"]);
        Assert.Null(spec["credential"]);
        Assert.Null(spec["config"]);
    }

    [Fact]
    public async Task A_credential_file_becomes_a_Secret_and_is_in_no_output()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "hunter2-credential", TestContext.Current.CancellationToken);

        var run = await cluster.RunAsync(
            "location", "create", "with-secret", "--provider", "Elsewhere", "--bucket", "b", "--prefix", "p", "--config", "region=x,tier=y", "--credential-file", file, "--password-secret", "own=word");
        var shown = await cluster.RunAsync("location", "describe", "with-secret");
        var yaml = await cluster.RunAsync("location", "get", "with-secret", "-o", "yaml");

        Assert.True(run.Code == 0, run.ToString());
        var secret = await cluster.Client.FindKeyAsync(DevClusterFixture.Namespace, new() { Name = "with-secret-credential", Key = "credential" }, TestContext.Current.CancellationToken);
        Assert.Equal("hunter2-credential"u8.ToArray(), secret);
        var spec = (await cluster.GetAsync<BackupStorageLocation>("with-secret"))["spec"]!;
        Assert.Equal("with-secret-credential", (string?)spec["credential"]!["name"]);
        Assert.Equal("word", (string?)spec["passwordSecret"]!["key"]);
        Assert.Equal("y", (string?)spec["config"]!["tier"]);
        Assert.DoesNotContain("hunter2", $"{run}{shown}{yaml}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "location", "create", "x")]
    [InlineData(2, "location", "create", "x", "--url", "file:///a", "--bucket", "b")]
    [InlineData(2, "location", "create", "x", "--url", "file:///a", "--config", "nonsense")]
    [InlineData(1, "location", "create", "x", "--url", "nosuch:a")]
    [InlineData(1, "location", "create", "x", "--url", "file:relative")]
    [InlineData(2, "location", "set", "by-nobody")]
    [InlineData(4, "location", "set", "by-nobody", "--default", "false")]
    [InlineData(4, "location", "get", "by-nobody")]
    [InlineData(4, "location", "validate", "by-nobody")]
    [InlineData(4, "location", "delete", "by-nobody")]
    [InlineData(2, "location", "delete", "--all", "by-nobody")]
    [InlineData(2, "location", "delete")]
    public async Task What_cannot_be_done_has_its_exit_code(int code, params string[] arguments)
    {
        var run = await cluster.RunAsync(arguments);

        Assert.Equal(code, run.Code);
        Assert.StartsWith("error: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Set_changes_only_what_is_named()
    {
        await cluster.RunAsync("location", "create", "changing", "--url", "file:///srv/a", "--default");

        var run = await cluster.RunAsync("location", "set", "changing", "--access-mode", "ReadOnly", "--validation-frequency", "5m");

        var spec = (await cluster.GetAsync<BackupStorageLocation>("changing"))["spec"]!;
        Assert.Equal(0, run.Code);
        Assert.Equal("ReadOnly", (string?)spec["accessMode"]);
        Assert.Equal("5m0s", (string?)spec["validationFrequency"]);
        Assert.Equal("/srv/a", (string?)spec["objectStorage"]!["bucket"]);
        Assert.True((bool)spec["default"]!);
    }

    [Fact]
    public async Task Validate_opens_the_place_from_here()
    {
        var directory = Directory.CreateTempSubdirectory("location-").FullName;
        await cluster.RunAsync("location", "create", "here", "--url", $"file://{directory}");
        await cluster.RunAsync("location", "create", "gone", "--url", "file:///nowhere/at/all");

        var here = await cluster.RunAsync("location", "validate", "here");
        var gone = await cluster.RunAsync("location", "validate", "gone");

        Assert.Equal(0, here.Code);
        Assert.Contains("store: opened with FileSystem", here.Out, StringComparison.Ordinal);
        Assert.Equal(1, gone.Code);
        Assert.Contains("/nowhere/at/all", gone.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_removes_the_object()
    {
        await cluster.RunAsync("location", "create", "short-lived", "--url", "file:///srv/b");

        var run = await cluster.RunAsync("location", "delete", "short-lived");

        Assert.Equal(0, run.Code);
        Assert.Null(await cluster.Client.FindAsync<BackupStorageLocation>(DevClusterFixture.Namespace, "short-lived", TestContext.Current.CancellationToken));
    }
}
