using System.Text.Json.Nodes;
using BackupServer.Cli.Tests.Running;

namespace BackupServer.Cli.Tests.Repositories;

public sealed class CopyTests : IDisposable
{
    private readonly RepositoryFolder _folder = new();

    public CopyTests() => File.WriteAllText(SecondPassword, "another-word");

    private string Second => Path.Combine(_folder.Root, "second");

    private string SecondPassword => Path.Combine(_folder.Root, "second-password");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Snapshots_go_into_a_repository_of_another_key_and_only_once()
    {
        await _folder.MakeAsync();
        await _folder.OkAsync("backup", _folder.Source, "--tag", "one", "--host", "here");
        await File.AppendAllTextAsync(Path.Combine(_folder.Source, "a.txt"), " and more", TestContext.Current.CancellationToken);
        await _folder.OkAsync("backup", _folder.Source, "--host", "here");
        await OkAsync("init", "--copy-chunker-params", "--from-repo", _folder.Repo, "--from-password-file", _folder.PasswordFile);

        var planned = Json(await CopyAsync("--dry-run"));
        var first = Json(await CopyAsync());
        var second = Json(await CopyAsync());
        await RestoreWithResticAsync();

        Assert.Equal((2, 0), (planned["snapshots"]!.AsArray().Count, planned["already_there"]!.GetValue<int>()));
        Assert.Equal((2, 0), (first["snapshots"]!.AsArray().Count, first["already_there"]!.GetValue<int>()));
        Assert.Equal((0, 2), (second["snapshots"]!.AsArray().Count, second["already_there"]!.GetValue<int>()));
        Assert.True((bool)first["same_chunker"]!);
        Assert.Equal((long)planned["bytes"]!, (long)first["bytes"]!);
        var sources = JsonNode.Parse(await _folder.OkAsync("snapshots", "--json"))!.AsArray();
        var copies = JsonNode.Parse(await OkAsync("snapshots", "--json"))!.AsArray();
        Assert.Equal(sources.Select(snapshot => (string?)snapshot!["id"]), copies.Select(snapshot => (string?)snapshot!["original"]));
        Assert.Equal(sources.Select(snapshot => (string?)snapshot!["tree"]), copies.Select(snapshot => (string?)snapshot!["tree"]));
    }

    [Fact]
    public async Task What_was_copied_costs_a_backup_nothing_when_both_cut_files_at_the_same_places()
    {
        await _folder.MakeAsync();
        await _folder.OkAsync("backup", _folder.Source);
        await OkAsync("init", "--copy-chunker-params", "--from-repo", _folder.Repo, "--from-password-file", _folder.PasswordFile);
        await CopyAsync();

        var backup = Json(await OkAsync("backup", _folder.Source, "--json"));

        Assert.InRange((long)backup["data_added"]!, 0, 20_000);
    }

    [Fact]
    public async Task Stock_restic_takes_our_copies_for_copies_and_we_its()
    {
        await _folder.MakeAsync();
        await _folder.OkAsync("backup", _folder.Source);
        await RepositoryFolder.MakeAsync(Second, "another-word");
        await _folder.ResticOnAsync(Second, SecondPassword, "copy", "--from-repo", _folder.Repo, "--from-password-file", _folder.PasswordFile);

        var ours = Json(await CopyAsync());
        await _folder.OkAsync("backup", _folder.Source, "--tag", "second");
        await CopyAsync();
        await _folder.ResticOnAsync(Second, SecondPassword, "copy", "--from-repo", _folder.Repo, "--from-password-file", _folder.PasswordFile);

        Assert.Equal(1, (int)ours["already_there"]!);
        Assert.False((bool)ours["same_chunker"]!);
        Assert.Equal(2, JsonNode.Parse(await OkAsync("snapshots", "--json"))!.AsArray().Count);
        await RestoreWithResticAsync();
    }

    [Fact]
    public async Task A_blob_that_is_damaged_in_the_source_is_not_copied()
    {
        await _folder.MakeAsync();
        await _folder.OkAsync("backup", _folder.Source);
        await RepositoryFolder.MakeAsync(Second, "another-word");
        var pack = _folder.Packs()[0];
        var bytes = await File.ReadAllBytesAsync(pack, TestContext.Current.CancellationToken);
        bytes[1000] ^= 1;
        await File.WriteAllBytesAsync(pack, bytes, TestContext.Current.CancellationToken);

        var run = await RunAsync("copy", "--from-repo", _folder.Repo, "--from-password-file", _folder.PasswordFile);

        Assert.Equal(1, run.Code);
        Assert.Contains(Path.GetFileName(pack), run.Error, StringComparison.Ordinal);
        Assert.Empty(JsonNode.Parse(await OkAsync("snapshots", "--json"))!.AsArray());
        await _folder.ResticOnAsync(Second, SecondPassword, "check", "--read-data");
    }

    [Fact]
    public async Task A_repository_is_not_copied_into_itself()
    {
        await _folder.MakeAsync();

        var run = await _folder.RunAsync("copy", "--from-repo", _folder.Repo, "--from-password-file", _folder.PasswordFile);
        var unnamed = await _folder.RunAsync("copy");

        Assert.Equal((1, 2), (run.Code, unnamed.Code));
        Assert.Contains("the same repository", run.Error, StringComparison.Ordinal);
    }

    private Task<string> CopyAsync(params string[] more) => OkAsync(["copy", "--json", "--from-repo", _folder.Repo, "--from-password-file", _folder.PasswordFile, .. more]);

    private async Task RestoreWithResticAsync()
    {
        var target = Path.Combine(_folder.Root, "target");
        await _folder.ResticOnAsync(Second, SecondPassword, "check", "--read-data");
        await _folder.ResticOnAsync(Second, SecondPassword, "restore", "latest", "--target", target);
        _folder.AssertRestored(target + _folder.Source);
    }

    private Task<Run> RunAsync(params string[] arguments) => Run.Async(["repository", "--repo", Second, "--password-file", SecondPassword, .. arguments]);

    private async Task<string> OkAsync(params string[] arguments)
    {
        var run = await RunAsync(arguments);
        Assert.True(run.Code == 0, $"{string.Join(' ', arguments)}: {run}");
        return run.Out;
    }

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
}
