using System.Text.Json.Nodes;

namespace BackupServer.Cli.Tests.Repositories;

public sealed class RewriteTests : IDisposable
{
    private readonly RepositoryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--exclude", "*.log")]
    [InlineData("--iexclude", "*.LOG")]
    public async Task What_matches_is_dropped_and_the_rest_stays_as_stock_restic_wrote_it(string option, string pattern)
    {
        await _folder.ResticAsync("init", "--repository-version", "2");
        await _folder.ResticAsync("backup", _folder.Source, "--tag", "kept");
        var before = await SnapshotsAsync();

        var told = JsonNode.Parse(await _folder.OkAsync("rewrite", option, pattern, "--json"))!;
        await _folder.ResticAsync("check", "--read-data");
        var after = await SnapshotsAsync();
        var files = await _folder.ResticAsync("ls", (string)told["snapshots"]![0]!["new_snapshot_id"]!);

        Assert.Equal((1, 4), ((int)told["snapshots"]![0]!["dropped_files"]!, (int)told["snapshots"]![0]!["dropped_bytes"]!));
        Assert.Equal($"{_folder.Source}/below/b.log", (string?)told["snapshots"]![0]!["changes"]![0]!["path"]);
        Assert.Equal(2, after.Count);
        var rewritten = after.Single(snapshot => snapshot!["original"] is not null)!;
        Assert.Equal((string?)before[0]!["id"], (string?)rewritten["original"]);
        Assert.Equal(["kept", "rewrite"], rewritten["tags"]!.AsArray().Select(tag => (string)tag!));
        Assert.DoesNotContain("b.log", files, StringComparison.Ordinal);
        Assert.Contains("a.txt", files, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_forget_the_old_snapshot_goes_and_a_prune_frees_its_files()
    {
        await _folder.MakeAsync();
        await _folder.OkAsync("backup", _folder.Source);

        var dry = await _folder.OkAsync("rewrite", "--exclude", "big", "--forget", "--dry-run");
        var id = (string?)(await SnapshotsAsync()).Single()!["id"];
        await _folder.OkAsync("rewrite", "--exclude", "big", "--forget");
        var pruned = JsonNode.Parse(await _folder.OkAsync("prune", "--json"))!;
        await _folder.ResticAsync("check", "--read-data");
        var again = JsonNode.Parse(await _folder.OkAsync("rewrite", "--exclude", "big", "--json"))!;

        Assert.Contains("would be rewritten", dry, StringComparison.Ordinal);
        var after = (await SnapshotsAsync()).Single()!;
        Assert.Equal(id, (string?)after["original"]);
        Assert.Null(after["tags"]);
        Assert.Equal(2, (int)after["summary"]!["total_files_processed"]!);
        Assert.InRange((long)pruned["freed_bytes"]!, 2_900_000, 3_200_000);
        Assert.Equal((0, 1), (again["snapshots"]!.AsArray().Count, (int)again["unchanged"]!));
    }

    [Fact]
    public async Task Host_and_time_can_be_corrected()
    {
        await _folder.MakeAsync();
        await _folder.OkAsync("backup", _folder.Source, "--host", "typo");

        await _folder.OkAsync("rewrite", "--new-host", "web", "--new-time", "2026-01-02T03:04:05Z", "--forget");

        var snapshot = JsonNode.Parse(await _folder.ResticAsync("snapshots", "--json"))!.AsArray().Single()!;
        Assert.Equal(("web", "2026-01-02T03:04:05Z"), ((string?)snapshot["hostname"], (string?)snapshot["time"]));
        await _folder.ResticAsync("check");
    }

    [Fact]
    public async Task Rewriting_nothing_is_wrong_usage() => Assert.Equal(2, (await _folder.RunAsync("rewrite")).Code);

    private async Task<JsonArray> SnapshotsAsync() => JsonNode.Parse(await _folder.OkAsync("snapshots", "--json"))!.AsArray();
}
