using System.Text.Json.Nodes;
using BackupServer.Cli.Repositories;

namespace BackupServer.Cli.Tests.Repositories;

/// <summary>check, prune, snapshots, forget and keys with their options.</summary>
public sealed class MaintenanceVerbTests : IDisposable
{
    private readonly RepositoryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("5%")]
    [InlineData("100%")]
    [InlineData("1/1")]
    [InlineData("2/7")]
    [InlineData("500M")]
    public void Parts_of_the_data_are_read(string text) => Assert.NotNull(ReadDataSubset.Parse(text));

    [Theory]
    [InlineData("0%")]
    [InlineData("101%")]
    [InlineData("0/3")]
    [InlineData("4/3")]
    [InlineData("1/2/3")]
    [InlineData("0")]
    [InlineData("some")]
    public void What_is_no_part_of_the_data_is_refused(string text) => Assert.Null(ReadDataSubset.Parse(text));

    [Fact]
    public async Task Groups_of_packs_after_each_other_are_all_packs_once()
    {
        await BackUpAsync();
        var packs = _folder.Packs().Count;

        var read = 0;
        for (var group = 1; group <= 3; group++)
        {
            read += (int)(await JsonAsync("check", "--read-data-subset", $"{group}/3", "--json"))["packs_read"]!;
        }

        var some = await JsonAsync("check", "--read-data-subset", "1", "--json");
        var both = await _folder.RunAsync("check", "--read-data", "--read-data-subset", "1/3");
        var one = await JsonAsync("check", "latest", "--json");

        Assert.Equal(packs, read);
        Assert.Equal(1, (int)some["packs_read"]!);
        Assert.Equal(2, both.Code);
        Assert.Equal(1, (int)one["snapshots"]!);
    }

    [Fact]
    public async Task A_problem_names_what_it_harms_and_what_repairs_it()
    {
        await BackUpAsync();
        File.Delete(_folder.Packs()[0]);

        var run = await _folder.RunAsync("check", "--json");
        var text = await _folder.RunAsync("check");
        var problem = JsonNode.Parse(run.Out)!["problems"]!.AsArray().Single(found => (string?)found!["kind"] == "pack_missing")!;

        Assert.Equal((1, 1), (run.Code, text.Code));
        Assert.Contains(problem["affected"]!.AsArray(), affected => ((string)affected!["path"]!).EndsWith("/big", StringComparison.Ordinal));
        Assert.Contains("repair index", (string)problem["repair"]!, StringComparison.Ordinal);
        Assert.Contains("repair snapshots --forget", text.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "--max-unused", "0%")]
    [InlineData(true, "--max-unused", "0k")]
    [InlineData(false, "--max-unused", "unlimited")]
    [InlineData(false, "--max-unused", "10G")]
    [InlineData(false, "--max-unused", "0%", "--max-repack-size", "1")]
    [InlineData(false, "--max-unused", "0%", "--repack-cacheable-only")]
    public async Task Limits_of_a_prune_say_whether_packs_are_written_anew(bool repacks, params string[] options)
    {
        await _folder.MakeAsync();
        await _folder.OkAsync("backup", _folder.Source);
        File.Delete(Path.Combine(_folder.Source, "a.txt"));
        await _folder.OkAsync("backup", _folder.Source);
        await _folder.OkAsync("forget", "--keep-last", "1");
        var data = _folder.Packs()[0];

        await _folder.OkAsync(["prune", .. options]);
        await _folder.ResticAsync("check", "--read-data");

        Assert.Equal(repacks, !File.Exists(data));
    }

    [Fact]
    public async Task Small_packs_are_merged_when_asked()
    {
        await BackUpAsync();
        await BackUpMoreAsync("second");
        await BackUpMoreAsync("third");
        var before = _folder.Packs().Count;

        await _folder.OkAsync("prune", "--repack-small");
        await _folder.ResticAsync("check", "--read-data");

        Assert.True(before >= 6, $"{before}");
        Assert.Equal(2, _folder.Packs().Count);
    }

    [Fact]
    public async Task Snapshots_are_listed_newest_grouped_and_compact()
    {
        await _folder.MakeAsync();
        await _folder.OkAsync("backup", _folder.Source, "--host", "a", "--tag", "x");
        await _folder.OkAsync("backup", _folder.Source, "--host", "a", "--tag", "y");
        await _folder.OkAsync("backup", Path.Combine(_folder.Source, "below"), "--host", "b", "--tag", "x");

        var latest = JsonNode.Parse(await _folder.OkAsync("snapshots", "--latest", "1", "--json"))!.AsArray();
        var groups = JsonNode.Parse(await _folder.OkAsync("snapshots", "--group-by", "tags", "--json"))!.AsArray();
        var theirs = JsonNode.Parse(await _folder.ResticAsync("snapshots", "--group-by", "tags", "--json"))!.AsArray();
        var compact = await _folder.OkAsync("snapshots", "--compact");
        var text = await _folder.OkAsync("snapshots", "--group-by", "host");
        var named = JsonNode.Parse(await _folder.OkAsync("snapshots", (string)latest[0]!["id"]!, "--json"))!.AsArray();
        var wrong = await _folder.RunAsync("snapshots", "--group-by", "colour");

        Assert.Equal(["y", "x"], latest.Select(snapshot => (string)snapshot!["tags"]![0]!));
        Assert.Equal(
            theirs.Select(group => (group!["group_key"]!["tags"]!.ToJsonString(), group["snapshots"]!.AsArray().Count)).Order(),
            groups.Select(group => (group!["group_key"]!["tags"]!.ToJsonString(), group["snapshots"]!.AsArray().Count)).Order());
        Assert.DoesNotContain(_folder.Source, compact, StringComparison.Ordinal);
        Assert.Contains("host b:", text, StringComparison.Ordinal);
        Assert.Single(named);
        Assert.Equal(2, wrong.Code);
    }

    [Theory]
    [InlineData("--host", "a")]
    [InlineData("--tag", "x")]
    [InlineData("--group-by", "host")]
    [InlineData("--group-by", "host,tags")]
    [InlineData("--group-by", "")]
    public async Task Forget_keeps_in_each_group_what_stock_restic_keeps(params string[] options)
    {
        await _folder.MakeAsync();
        foreach (var (host, tag, path) in (IEnumerable<(string, string, string)>)[("a", "x", ""), ("a", "y", ""), ("b", "x", ""), ("a", "x", "below"), ("b", "x", "below")])
        {
            await _folder.OkAsync("backup", Path.Combine(_folder.Source, path), "--host", host, "--tag", tag);
        }

        var theirs = JsonNode.Parse(await _folder.ResticAsync(["forget", "--keep-last", "1", "--dry-run", "--json", .. options]))!.AsArray();
        var compact = await _folder.OkAsync(["forget", "--keep-last", "1", "--dry-run", "--compact", .. options]);
        var ours = (await JsonAsync(["forget", "--keep-last", "1", "--json", .. options]))["groups"]!.AsArray();
        await _folder.ResticAsync("check");

        Assert.Equal(
            theirs.SelectMany(group => group!["keep"]!.AsArray()).Select(kept => (string)kept!["id"]!).Order(),
            ours.SelectMany(group => group!["keep"]!.AsArray()).Select(kept => (string)kept!["snapshot"]!["id"]!).Order());
        Assert.Equal(theirs.Count, compact.Trim().Split('\n').Length);
    }

    [Fact]
    public async Task Keys_carry_the_names_that_were_given()
    {
        await _folder.MakeAsync();
        var second = Path.Combine(_folder.Root, "second");
        await File.WriteAllTextAsync(second, "another-word", TestContext.Current.CancellationToken);

        await _folder.OkAsync("key", "add", "--new-password-file", second, "--user", "robot", "--host", "ci");
        var theirs = JsonNode.Parse(await _folder.ResticAsync("key", "list", "--json"))!.AsArray();

        Assert.Contains(theirs, key => (string?)key!["userName"] == "robot" && (string?)key["hostName"] == "ci");
    }

    private async Task BackUpAsync()
    {
        await _folder.MakeAsync();
        await _folder.OkAsync("backup", _folder.Source);
        await BackUpMoreAsync("later");
    }

    private async Task BackUpMoreAsync(string name)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.Source, name), name, TestContext.Current.CancellationToken);
        await _folder.OkAsync("backup", _folder.Source);
    }

    private async Task<JsonNode> JsonAsync(params string[] arguments) => JsonNode.Parse(await _folder.OkAsync(arguments))!;
}
