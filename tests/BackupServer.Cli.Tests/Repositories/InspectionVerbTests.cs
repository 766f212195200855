using System.Text.Json.Nodes;

namespace BackupServer.Cli.Tests.Repositories;

/// <summary>cat, stats, find, diff and tag, with the stock program as the judge.</summary>
public sealed class InspectionVerbTests : IDisposable
{
    private readonly RepositoryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Cat_prints_config_and_master_key_as_stock_restic_does()
    {
        await _folder.MakeAsync();

        var config = JsonNode.Parse(await _folder.OkAsync("cat", "config"));
        var key = JsonNode.Parse(await _folder.OkAsync("cat", "masterkey"))!;
        var theirKey = JsonNode.Parse(await _folder.ResticAsync("cat", "masterkey"))!;

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(await _folder.ResticAsync("cat", "config")), config));
        // The stock program prints mac.r with the bits cleared that Poly1305 ignores.
        Assert.Equal(((string?)theirKey["encrypt"], (string?)theirKey["mac"]!["k"]), ((string?)key["encrypt"], (string?)key["mac"]!["k"]));
    }

    [Theory]
    [InlineData("snapshot", "snapshots")]
    [InlineData("index", "index")]
    [InlineData("key", "keys")]
    public async Task Cat_prints_files_by_the_beginning_of_their_id(string kind, string directory)
    {
        await _folder.MakeAsync();
        await _folder.OkAsync("backup", _folder.Source);
        var id = Path.GetFileName(Directory.GetFiles(Path.Combine(_folder.Repo, directory)).Single());

        var ours = JsonNode.Parse(await _folder.OkAsync("cat", kind, id[..12], "--json"))!.AsObject();
        var theirs = JsonNode.Parse(await _folder.ResticAsync("cat", kind, id))!.AsObject();

        // The stock program of 0.14 prints only the members it knows.
        Assert.All(theirs, member => Assert.True(JsonNode.DeepEquals(member.Value, ours[member.Key]), $"{member.Key}: {member.Value} {ours[member.Key]}"));
    }

    [Fact]
    public async Task Cat_prints_packs_blobs_and_trees()
    {
        await _folder.MakeAsync();
        await _folder.OkAsync("backup", _folder.Source);
        var pack = Directory.GetFiles(Path.Combine(_folder.Repo, "data"), "*", SearchOption.AllDirectories)[0];

        var bytes = (await _folder.RunAsync("cat", "pack", Path.GetFileName(pack)[..10])).Bytes;
        var tree = JsonNode.Parse(await _folder.OkAsync("cat", "tree", $"latest:{_folder.Source}"))!;
        var file = tree["nodes"]!.AsArray().Single(node => (string?)node!["name"] == "a.txt")!;
        var blob = await _folder.RunAsync("cat", "blob", (string)file["content"]![0]!);
        var none = await _folder.RunAsync("cat", "pack", "0000000000");
        var wrong = await _folder.RunAsync("cat", "snapshot");

        Assert.Equal(await File.ReadAllBytesAsync(pack, TestContext.Current.CancellationToken), bytes);
        Assert.Equal("alpha"u8.ToArray(), blob.Bytes);
        Assert.Equal((4, 2), (none.Code, wrong.Code));
    }

    [Theory]
    [InlineData("restore-size")]
    [InlineData("files-by-contents")]
    [InlineData("blobs-per-file")]
    [InlineData("raw-data")]
    public async Task Stats_counts_what_stock_restic_counts(string mode)
    {
        File.Copy(Path.Combine(_folder.Source, "a.txt"), Path.Combine(_folder.Source, "below", "same"));
        await File.WriteAllTextAsync(Path.Combine(_folder.Source, "text"), string.Concat(Enumerable.Repeat("compressible ", 10_000)), TestContext.Current.CancellationToken);
        await _folder.MakeAsync();
        await _folder.OkAsync("backup", _folder.Source);
        await File.AppendAllTextAsync(Path.Combine(_folder.Source, "below", "b.log"), "beta", TestContext.Current.CancellationToken);
        await _folder.OkAsync("backup", _folder.Source);

        var ours = JsonNode.Parse(await _folder.OkAsync("stats", "--mode", mode, "--json"))!;
        var theirs = JsonNode.Parse(await _folder.ResticAsync("stats", "--mode", mode, "--json"))!;

        Assert.Equal(2, (int)ours["snapshots_count"]!);
        Assert.Equal((long)theirs["total_size"]!, (long)ours["total_size"]!);
        // The stock program of 0.14 counts all directories as one file without content.
        Assert.Equal(((long?)theirs["total_file_count"] ?? 0) - (mode == "files-by-contents" ? 1 : 0), (long?)ours["total_file_count"] ?? 0);
        Assert.Equal((long?)theirs["total_blob_count"] ?? 0, (long?)ours["total_blob_count"] ?? 0);
    }

    [Fact]
    public async Task Find_finds_the_paths_that_stock_restic_finds()
    {
        await _folder.MakeAsync();
        await _folder.OkAsync("backup", _folder.Source, "--host", "one");
        await File.WriteAllTextAsync(Path.Combine(_folder.Source, "NEW.TXT"), "new", TestContext.Current.CancellationToken);
        await _folder.OkAsync("backup", _folder.Source, "--host", "two");

        foreach (var arguments in (string[][])[["*.txt"], ["-i", "*.TXT"], ["below"], [$"{_folder.Source}/a*"], ["--host", "two", "*"], ["--newest", "2001-01-01", "*"]])
        {
            Assert.Equal(Paths(await _folder.ResticAsync(["find", "--json", .. arguments])), Paths(await _folder.OkAsync(["find", "--json", .. arguments])));
        }
    }

    [Fact]
    public async Task Find_tells_which_paths_need_a_blob_a_tree_or_a_pack()
    {
        await _folder.MakeAsync();
        await _folder.OkAsync("backup", _folder.Source);
        var tree = JsonNode.Parse(await _folder.OkAsync("cat", "tree", $"latest:{_folder.Source}"))!["nodes"]!.AsArray();
        var blob = (string)tree.Single(node => (string?)node!["name"] == "a.txt")!["content"]![0]!;
        var below = (string)tree.Single(node => (string?)node!["name"] == "below")!["subtree"]!;
        var packs = Directory.GetFiles(Path.Combine(_folder.Repo, "data"), "*", SearchOption.AllDirectories).Select(Path.GetFileName).ToList();

        var byBlob = JsonNode.Parse(await _folder.OkAsync("find", "--blob", blob[..10], "--json"))!.AsArray();
        var byTree = JsonNode.Parse(await _folder.OkAsync("find", "--tree", below, "--json"))!.AsArray();
        var byPack = JsonNode.Parse(await _folder.OkAsync(["find", "--json", "--pack", .. packs!]))!.AsArray();
        var theirs = await _folder.ResticAsync("find", "--blob", blob);
        var none = await _folder.RunAsync("find", "--blob", "00000000");

        Assert.Equal(($"{_folder.Source}/a.txt", "data"), ((string?)byBlob.Single()!["path"], (string?)byBlob[0]!["object_type"]));
        Assert.Equal($"{_folder.Source}/below", (string?)byTree.Single()!["path"]);
        Assert.Superset(new HashSet<string?> { "/", $"{_folder.Source}/a.txt", $"{_folder.Source}/big", $"{_folder.Source}/below/b.log" }, byPack.Select(found => (string?)found!["path"]).ToHashSet());
        Assert.Contains($"{_folder.Source}/a.txt", theirs, StringComparison.Ordinal);
        Assert.Equal(4, none.Code);
    }

    [Fact]
    public async Task Find_shows_the_packs_that_stock_restic_shows()
    {
        await _folder.OkAsync("init");
        await _folder.OkAsync("backup", _folder.Source);
        var tree = JsonNode.Parse(await _folder.OkAsync("cat", "tree", $"latest:{_folder.Source}"))!["nodes"]!.AsArray();
        var blob = (string)tree.Single(node => (string?)node!["name"] == "a.txt")!["content"]![0]!;

        var theirs = await _folder.ResticAsync("find", "--blob", blob, "--show-pack-id");
        var ours = await _folder.OkAsync("find", "--blob", blob, "--show-pack-id");
        var json = JsonNode.Parse(await _folder.OkAsync("find", "--blob", blob, "--show-pack-id", "--json"))![0]!;

        var pack = (string)json["packs"]![0]!["id"]!;
        Assert.Contains(pack, theirs, StringComparison.Ordinal);
        Assert.Contains($"in pack {pack}, ", ours, StringComparison.Ordinal);
        Assert.Contains(_folder.Packs(), file => Path.GetFileName(file) == pack);
    }

    [Fact]
    public async Task Diff_tells_the_changes_that_stock_restic_tells()
    {
        await _folder.MakeAsync();
        File.CreateSymbolicLink(Path.Combine(_folder.Source, "turns"), "a.txt");
        await _folder.OkAsync("backup", _folder.Source);
        await File.AppendAllTextAsync(Path.Combine(_folder.Source, "a.txt"), "beta", TestContext.Current.CancellationToken);
        Directory.Delete(Path.Combine(_folder.Source, "below"), recursive: true);
        Directory.CreateDirectory(Path.Combine(_folder.Source, "added", "deep"));
        await File.WriteAllTextAsync(Path.Combine(_folder.Source, "added", "deep", "file"), "x", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(Path.Combine(_folder.Source, "big"), UnixFileMode.UserRead);
        File.Delete(Path.Combine(_folder.Source, "turns"));
        await File.WriteAllTextAsync(Path.Combine(_folder.Source, "turns"), "into a file", TestContext.Current.CancellationToken);
        await _folder.OkAsync("backup", _folder.Source);
        var ids = JsonNode.Parse(await _folder.OkAsync("snapshots", "--json"))!.AsArray().Select(snapshot => (string)snapshot!["id"]!).ToArray();

        foreach (var more in (string[][])[[], ["--metadata"]])
        {
            var ours = Lines(await _folder.OkAsync(["diff", ids[0], ids[1], "--json", .. more]));
            var theirs = Lines(await _folder.ResticAsync(["diff", ids[0], ids[1], "--json", .. more]));

            // The stock program also calls directories updated below which something changed.
            Assert.Empty(Changes(ours).Except(Changes(theirs)));
            Assert.All(Changes(theirs).Except(Changes(ours)), static change => Assert.Matches("^U .*/$", change));
            var (a, b) = (ours.Single(IsStatistics), theirs.Single(IsStatistics));
            foreach (var name in (string[])["source_snapshot", "target_snapshot", "changed_files", "added", "removed"])
            {
                Assert.True(JsonNode.DeepEquals(a[name], b[name]), $"{name}: {a[name]} {b[name]}");
            }
        }
    }

    [Fact]
    public async Task Diff_of_directories_needs_no_common_path()
    {
        await _folder.MakeAsync();
        await _folder.OkAsync("backup", _folder.Source);

        var told = await _folder.OkAsync("diff", $"latest:{_folder.Source}", $"latest:{_folder.Source}/below");

        Assert.Contains("+    /b.log", told, StringComparison.Ordinal);
        Assert.Contains("-    /a.txt", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tag_changes_tags_and_stock_restic_reads_them()
    {
        await _folder.MakeAsync();
        await _folder.OkAsync("backup", _folder.Source, "--tag", "a,b");
        var first = await SnapshotAsync();

        await _folder.OkAsync("tag", "--add", "c", "--remove", "a", "latest");
        var second = await SnapshotAsync();
        var changed = Lines(await _folder.OkAsync("tag", "--set", "z", "--tag", "b,c", "--json"));
        var same = Lines(await _folder.OkAsync("tag", "--set", "z", "--json"));
        await _folder.ResticAsync("check");
        var last = await SnapshotAsync();

        Assert.Equal(["b", "c"], second["tags"]!.AsArray().Select(tag => (string)tag!));
        Assert.Equal((string)first["id"]!, (string?)second["original"]);
        Assert.Equal(["z"], last["tags"]!.AsArray().Select(tag => (string)tag!));
        Assert.Equal((string)first["id"]!, (string?)last["original"]);
        Assert.Equal((1, 0), ((int)changed.Last()["changed_snapshots"]!, (int)same.Last()["changed_snapshots"]!));
        Assert.Equal((string)last["id"]!, (string?)changed.First()["new_snapshot_id"]);
    }

    [Theory]
    [InlineData("tag", "latest")]
    [InlineData("tag", "--set", "a", "--add", "b")]
    [InlineData("stats", "--mode", "everything")]
    [InlineData("cat", "everything")]
    [InlineData("find", "--oldest", "soon", "x")]
    public async Task Wrong_usage_is_refused(params string[] arguments) => Assert.Equal(2, (await _folder.RunAsync(arguments)).Code);

    [Fact]
    public async Task Filters_choose_snapshots_as_stock_restic_does()
    {
        await _folder.MakeAsync();
        await _folder.OkAsync("backup", _folder.Source, "--host", "a", "--tag", "x,y");
        await _folder.OkAsync("backup", _folder.Source, "--host", "b", "--tag", "x");
        await _folder.OkAsync("backup", Path.Combine(_folder.Source, "below"), "--host", "a");

        foreach (var filter in (string[][])[["--host", "a"], ["--host", "a", "--host", "b"], ["--tag", "x,y"], ["--tag", "y", "--tag", "x"], ["--tag", ""], ["--path", _folder.Source], ["--host", "a", "--path", _folder.Source]])
        {
            var ours = JsonNode.Parse(await _folder.OkAsync(["stats", "--json", .. filter]))!;
            var theirs = JsonNode.Parse(await _folder.ResticAsync(["stats", "--json", .. filter]))!;
            Assert.Equal((long)theirs["total_size"]!, (long)ours["total_size"]!);
        }
    }

    private static bool IsStatistics(JsonNode line) => (string?)line["message_type"] == "statistics";

    private static IEnumerable<string> Changes(List<JsonNode> lines) => lines.Where(line => !IsStatistics(line)).Select(line => $"{line["modifier"]} {line["path"]}");

    private static List<JsonNode> Lines(string text) => [.. text.Trim().Split('\n').Select(line => JsonNode.Parse(line)!)];

    private static List<string> Paths(string json) =>
        [.. JsonNode.Parse(json)!.AsArray().SelectMany(found => found!["matches"]!.AsArray().Select(match => $"{found["snapshot"]} {match!["path"]}")).Order()];

    private async Task<JsonNode> SnapshotAsync() => JsonNode.Parse(await _folder.ResticAsync("snapshots", "--json"))!.AsArray().Single()!;
}
