using System.Text.Json.Nodes;
using BackupServer.Cli.Tests.Running;

namespace BackupServer.Cli.Tests.Repositories;

public sealed class InteroperabilityTests
{
    [Fact]
    public async Task Stock_restic_checks_lists_and_restores_what_backupctl_wrote()
    {
        using var folder = new RepositoryFolder();
        var target = Path.Combine(folder.Root, "target");
        await folder.OkAsync("init");
        await folder.OkAsync("backup", folder.Source, "--tag", "x,y", "--host", "here");

        await folder.ResticAsync("check", "--read-data");
        var snapshots = JsonNode.Parse(await folder.ResticAsync("snapshots", "--json"))!.AsArray();
        await folder.ResticAsync("restore", "latest", "--target", target);

        Assert.Equal(["x", "y"], snapshots.Single()!["tags"]!.AsArray().Select(tag => (string)tag!));
        Assert.Equal("here", (string?)snapshots[0]!["hostname"]);
        folder.AssertRestored(target + folder.Source);
    }

    [Fact]
    public async Task Backupctl_checks_lists_dumps_and_restores_what_stock_restic_wrote()
    {
        using var folder = new RepositoryFolder();
        var target = Path.Combine(folder.Root, "target");
        await folder.ResticAsync("init", "--repository-version", "2");
        await folder.ResticAsync("backup", folder.Source, "--tag", "z", "--host", "there");

        var check = await folder.OkAsync("check", "--read-data");
        var snapshots = JsonNode.Parse(await folder.OkAsync("snapshots", "--json"))!.AsArray();
        var dump = await folder.RunAsync("dump", "latest", $"{folder.Source}/a.txt");
        await folder.OkAsync("restore", $"latest:{folder.Source}", "--target", target, "--verify");

        Assert.EndsWith("no errors\n", check, StringComparison.Ordinal);
        Assert.Equal("there", (string?)snapshots.Single()!["hostname"]);
        Assert.Equal("alpha"u8.ToArray(), dump.Bytes);
        folder.AssertRestored(target);
    }

    [Fact]
    public async Task Both_programs_remove_from_one_repository()
    {
        using var folder = new RepositoryFolder();
        await folder.MakeAsync();
        await folder.OkAsync("backup", folder.Source);
        File.Delete(Path.Combine(folder.Source, "big"));
        await folder.OkAsync("backup", folder.Source);

        var forgotten = JsonNode.Parse(await folder.OkAsync("forget", "--keep-last", "1", "--prune", "--json"))!;
        await folder.ResticAsync("check", "--read-data");
        await folder.ResticAsync("prune");
        var check = await folder.OkAsync("check", "--read-data");

        Assert.Single(forgotten["groups"]![0]!["keep"]!.AsArray());
        Assert.Single(forgotten["groups"]![0]!["remove"]!.AsArray());
        Assert.InRange((long)forgotten["prune"]!["freed_bytes"]!, 2_900_000, 3_200_000);
        Assert.EndsWith("no errors\n", check, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_that_is_added_or_changed_opens_with_both_programs()
    {
        using var folder = new RepositoryFolder();
        await folder.MakeAsync();
        var second = Path.Combine(folder.Root, "second");
        await File.WriteAllTextAsync(second, "another-word", TestContext.Current.CancellationToken);

        await folder.OkAsync("key", "add", "--new-password-file", second);
        await folder.ResticAsync("-p", second, "snapshots");
        var keys = JsonNode.Parse(await folder.OkAsync("key", "list", "--json"))!.AsArray();
        var current = (string)keys.Single(key => (bool)key!["current"]!)!["id"]!;
        var refused = await folder.RunAsync("key", "remove", current);
        var removed = await Run.Async(["repository", "--repo", folder.Repo, "--password-file", second, "key", "remove", current]);
        var locked = await folder.RunAsync("snapshots");

        Assert.Equal(2, keys.Count);
        Assert.Equal(1, refused.Code);
        Assert.Equal(0, removed.Code);
        Assert.Equal(12, locked.Code);
    }

    [Fact]
    public async Task A_repository_by_url_is_the_same_as_by_path()
    {
        using var folder = new RepositoryFolder();

        var made = await Run.Async(["repository", "init", "--repo", $"file://{folder.Repo}", "--password-file", folder.PasswordFile]);
        await folder.OkAsync("backup", folder.Source);

        await folder.ResticAsync("check");

        Assert.Equal(0, made.Code);
    }
}
