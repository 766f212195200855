using System.Text.Json.Nodes;
using BackupServer.Cli.Tests.Running;
using BackupServer.Repository;
using BackupServer.Repository.Backends;
using BackupServer.Repository.Locking;

namespace BackupServer.Cli.Tests.Repositories;

public sealed class RepositoryVerbTests
{
    [Fact]
    public async Task Json_has_the_shapes_of_the_readme()
    {
        using var folder = new RepositoryFolder();

        var init = Json(await folder.OkAsync("init", "--json"));
        var backup = Json(await folder.OkAsync("backup", folder.Source, "--json"));
        var ls = (await folder.OkAsync("ls", "latest", "--json")).Trim().Split('\n').Select(Json).ToList();
        var restore = Json(await folder.OkAsync("restore", "latest", "--target", Path.Combine(folder.Root, "out"), "--json"));
        var check = Json(await folder.OkAsync("check", "--read-data-subset", "50%", "--json"));
        var prune = Json(await folder.OkAsync("prune", "--dry-run", "--json"));
        var version = Json(await folder.OkAsync("version", "--json"));
        var unlock = Json(await folder.OkAsync("unlock", "--json"));

        Assert.Equal("initialized", (string?)init["message_type"]);
        Assert.Equal((string?)init["id"], (string?)version["id"]);
        Assert.Equal(2, (int)version["version"]!);
        Assert.Equal(("summary", 3, 0), ((string?)backup["message_type"], (int)backup["files_new"]!, (int)backup["problem_count"]!));
        Assert.Equal(64, ((string)backup["snapshot_id"]!).Length);
        var file = ls.Single(entry => ((string)entry["path"]!).EndsWith("/a.txt", StringComparison.Ordinal));
        Assert.Equal(("file", 5), ((string?)file["type"], (int)file["size"]!));
        Assert.Equal("a.txt", (string?)ls.Single(entry => (string?)entry["type"] == "symlink")["link_target"]);
        Assert.Equal((3, 0), ((int)restore["files"]!, (int)restore["problem_count"]!));
        Assert.True((bool)check["is_clean"]!);
        Assert.InRange((int)check["packs_read"]!, 1, 2);
        Assert.True((bool)prune["dry_run"]!);
        Assert.Equal(0, (int)unlock["removed"]!);
    }

    [Fact]
    public async Task Filters_choose_what_is_saved_and_restored()
    {
        using var folder = new RepositoryFolder();
        var target = Path.Combine(folder.Root, "out");
        await folder.MakeAsync();
        await folder.OkAsync("backup", folder.Source, "--exclude", "big");

        var listed = await folder.OkAsync("ls", $"latest:{folder.Source}");
        await folder.OkAsync("restore", $"latest:{folder.Source}", "--target", target, "--include", "*.log");

        Assert.Equal([$"{folder.Source}/a.txt", $"{folder.Source}/below", $"{folder.Source}/below/b.log", $"{folder.Source}/link"], listed.Trim().Split('\n'));
        Assert.Equal([Path.Combine(target, "below", "b.log")], Directory.GetFiles(target, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_dry_run_of_forget_changes_nothing()
    {
        using var folder = new RepositoryFolder();
        await folder.MakeAsync();
        await folder.OkAsync("backup", folder.Source);
        await folder.OkAsync("backup", folder.Source);

        var told = await folder.OkAsync("forget", "--keep-last", "1", "--dry-run");

        Assert.Contains("would forget", told, StringComparison.Ordinal);
        Assert.Equal(2, JsonNode.Parse(await folder.OkAsync("snapshots", "--json"))!.AsArray().Count);
    }

    [Fact]
    public async Task A_damaged_pack_makes_check_fail_and_name_it()
    {
        using var folder = new RepositoryFolder();
        await folder.MakeAsync();
        await folder.OkAsync("backup", folder.Source);
        var pack = Directory.GetFiles(Path.Combine(folder.Repo, "data"), "*", SearchOption.AllDirectories).MaxBy(file => new FileInfo(file).Length)!;
        File.SetUnixFileMode(pack, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var bytes = await File.ReadAllBytesAsync(pack, TestContext.Current.CancellationToken);
        bytes[100] ^= 1;
        await File.WriteAllBytesAsync(pack, bytes, TestContext.Current.CancellationToken);

        var check = await folder.RunAsync("check", "--read-data");
        var restore = await folder.RunAsync("restore", "latest", "--target", Path.Combine(folder.Root, "out"));

        Assert.Equal(1, check.Code);
        Assert.Contains("/big", check.Error, StringComparison.Ordinal);
        Assert.Equal(3, restore.Code);
        Assert.Contains("/big", restore.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lock_of_somebody_else_has_its_exit_code_and_no_lock_reads_on()
    {
        using var folder = new RepositoryFolder();
        await folder.MakeAsync();
        await using var backend = new LocalBackend(folder.Repo, TimeProvider.System);
        var elsewhere = new RepositoryOptions { HostName = "elsewhere" };
        await using var repository = await Repository.Repository.OpenAsync(backend, RepositoryFolder.Password, elsewhere, TimeProvider.System, TestContext.Current.CancellationToken);
        await using var held = await RepositoryLock.AcquireAsync(repository, LockMode.Exclusive, new LockOptions(), TestContext.Current.CancellationToken);

        var locked = await folder.RunAsync("snapshots");
        var read = await folder.RunAsync("snapshots", "--no-lock");
        var unlocked = await folder.RunAsync("unlock", "--remove-all");

        Assert.Equal(11, locked.Code);
        Assert.Contains("elsewhere", locked.Error, StringComparison.Ordinal);
        Assert.Equal(0, read.Code);
        Assert.Equal("1 locks removed\n", unlocked.Out);
    }

    [Fact]
    public async Task What_cannot_be_read_is_named_and_the_rest_is_kept()
    {
        using var folder = new RepositoryFolder();
        await folder.MakeAsync();
        // /proc/self/mem is listed and readable by nobody: the read itself fails, as root too.
        var run = await folder.RunAsync("backup", folder.Source, "/proc/self/mem");

        Assert.Equal(3, run.Code);
        Assert.Contains("/proc/self/mem", run.Error, StringComparison.Ordinal);
        Assert.Single(JsonNode.Parse(await folder.OkAsync("snapshots", "--json"))!.AsArray());
    }

    [Theory]
    [InlineData(10, "snapshots")]
    [InlineData(10, "check")]
    [InlineData(2, "forget")]
    [InlineData(2, "forget", "abcd", "--keep-last", "1")]
    [InlineData(2, "forget", "--keep-last", "0")]
    [InlineData(2, "forget", "--keep-within", "yesterday")]
    [InlineData(2, "prune", "--max-unused", "5")]
    [InlineData(2, "restore", "latest")]
    [InlineData(4, "backup", "/nowhere/at/all")]
    [InlineData(1, "key", "add", "--new-password-file", "/nowhere")]
    public async Task What_cannot_be_done_has_its_exit_code(int code, params string[] arguments)
    {
        using var folder = new RepositoryFolder();

        var run = await folder.RunAsync(arguments);

        Assert.Equal(code, run.Code);
        Assert.StartsWith("error: ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ls", "nosuch")]
    [InlineData("restore", "nosuch", "--target", "/tmp/never")]
    [InlineData("forget", "nosuch")]
    [InlineData("key", "remove", "nosuch")]
    public async Task Unknown_snapshots_and_keys_are_not_found(params string[] arguments)
    {
        using var folder = new RepositoryFolder();
        await folder.MakeAsync();

        Assert.Equal(4, (await folder.RunAsync(arguments)).Code);
    }

    [Fact]
    public async Task Init_never_replaces_a_repository()
    {
        using var folder = new RepositoryFolder();
        await folder.OkAsync("init");

        Assert.Equal(1, (await folder.RunAsync("init")).Code);
    }

    [Fact]
    public async Task Repository_and_password_come_from_the_environment_too()
    {
        using var folder = new RepositoryFolder();
        await folder.MakeAsync();

        var byFile = await Run.Async(["repository", "snapshots"], new Dictionary<string, string> { ["RESTIC_REPOSITORY"] = folder.Repo, ["BACKUPCTL_PASSWORD_FILE"] = folder.PasswordFile });
        var byWord = await Run.Async(["repository", "snapshots"], new Dictionary<string, string> { ["RESTIC_REPOSITORY"] = folder.Repo, ["RESTIC_PASSWORD"] = RepositoryFolder.Password });
        var wrong = await Run.Async(["repository", "snapshots"], new Dictionary<string, string> { ["RESTIC_REPOSITORY"] = folder.Repo, ["RESTIC_PASSWORD"] = "hunter3" });
        var none = await Run.Async(["repository", "snapshots"], new Dictionary<string, string> { ["RESTIC_REPOSITORY"] = folder.Repo });

        Assert.Equal((0, 0, 12, 2), (byFile.Code, byWord.Code, wrong.Code, none.Code));
        Assert.DoesNotContain("hunter3", wrong.ToString(), StringComparison.Ordinal);
    }

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
}
