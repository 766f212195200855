using System.Text.Json.Nodes;

namespace BackupServer.Cli.Tests.Repositories;

public sealed class RepairTests : IDisposable
{
    private readonly RepositoryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_index_that_is_gone_is_written_anew_from_the_packs(bool all)
    {
        await BackUpAsync();
        File.Delete(Directory.GetFiles(Path.Combine(_folder.Repo, "index"))[0]);

        var planned = JsonNode.Parse(await _folder.OkAsync("repair", "index", "--dry-run", "--json"))!;
        var damaged = await _folder.RunAsync("check");
        await _folder.OkAsync(all ? ["repair", "index", "--read-all-packs"] : ["repair", "index"]);
        await _folder.ResticAsync("check", "--read-data");
        var again = await _folder.OkAsync("repair", "index");

        Assert.NotEmpty(planned["read_packs"]!.AsArray());
        Assert.Equal(1, damaged.Code);
        Assert.Contains("the index is right", again, StringComparison.Ordinal);
        await RestoreAsync("latest", 0);
    }

    [Fact]
    public async Task An_index_file_that_is_cut_is_replaced()
    {
        await BackUpAsync();
        var index = Directory.GetFiles(Path.Combine(_folder.Repo, "index"))[0];
        File.SetUnixFileMode(index, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await using (var file = File.OpenWrite(index))
        {
            file.SetLength(file.Length / 2);
        }

        var told = JsonNode.Parse(await _folder.OkAsync("repair", "index", "--json"))!;
        await _folder.ResticAsync("check", "--read-data");

        Assert.Single(told["damaged_indexes"]!.AsArray());
        await RestoreAsync("latest", 0);
    }

    [Fact]
    public async Task After_a_pack_is_lost_index_and_snapshots_are_repaired_and_the_rest_restores()
    {
        await BackUpAsync();
        File.Delete(_folder.Packs()[0]);

        var index = JsonNode.Parse(await _folder.OkAsync("repair", "index", "--json"))!;
        var planned = JsonNode.Parse(await _folder.OkAsync("repair", "snapshots", "--dry-run", "--json"))!;
        var repaired = JsonNode.Parse(await _folder.OkAsync("repair", "snapshots", "--json"))!;
        var forgotten = JsonNode.Parse(await _folder.OkAsync("repair", "snapshots", "--forget", "--json"))!;
        await _folder.ResticAsync("check", "--read-data");
        var check = await _folder.OkAsync("check", "--read-data");

        Assert.Single(index["missing_packs"]!.AsArray());
        Assert.True((bool)planned["dry_run"]!);
        Assert.Contains(planned["snapshots"]![0]!["changes"]!.AsArray(), change => ((string)change!["path"]!).EndsWith("/big", StringComparison.Ordinal));
        Assert.Equal(2, repaired["snapshots"]!.AsArray().Count);
        Assert.Equal((2, 2), (forgotten["snapshots"]!.AsArray().Count, (int)forgotten["unchanged"]!));
        Assert.EndsWith("no errors\n", check, StringComparison.Ordinal);
        var snapshots = JsonNode.Parse(await _folder.ResticAsync("snapshots", "--json"))!.AsArray();
        Assert.Equal(2, snapshots.Count(snapshot => snapshot!["tags"]?.AsArray().Any(tag => (string?)tag == "repaired") == true));
    }

    [Fact]
    public async Task A_tree_that_is_lost_becomes_an_empty_directory_and_a_lost_root_goes_only_when_asked()
    {
        await BackUpAsync();
        // The trees are in the smallest packs.
        File.Delete(_folder.Packs()[^1]);
        await _folder.OkAsync("repair", "index");

        var repaired = JsonNode.Parse(await _folder.OkAsync("repair", "snapshots", "--json"))!;
        var kept = JsonNode.Parse(await _folder.OkAsync("snapshots", "--json"))!.AsArray();
        await _folder.OkAsync("repair", "snapshots", "--forget");
        await _folder.ResticAsync("check", "--read-data");

        Assert.Contains(repaired["snapshots"]!.AsArray(), snapshot => (bool)snapshot!["is_lost"]! || (int)snapshot["change_count"]! > 0);
        Assert.True(kept.Count >= 2);
    }

    [Fact]
    public async Task What_is_intact_of_a_damaged_pack_is_saved()
    {
        await BackUpAsync();
        var pack = _folder.Packs()[0];
        var copies = Directory.CreateDirectory(Path.Combine(_folder.Root, "copies")).FullName;
        var bytes = await File.ReadAllBytesAsync(pack, TestContext.Current.CancellationToken);
        bytes[100] ^= 1;
        await File.WriteAllBytesAsync(pack, bytes, TestContext.Current.CancellationToken);

        var check = await _folder.RunAsync("check", "--read-data");
        var told = JsonNode.Parse(await _folder.OkAsync("repair", "packs", Path.GetFileName(pack), "--copy-to", copies, "--json"))!;
        await _folder.OkAsync("repair", "snapshots", "--forget");
        await _folder.ResticAsync("check", "--read-data");

        Assert.Equal(1, check.Code);
        Assert.Single(told["packs"]![0]!["lost_blobs"]!.AsArray());
        Assert.True((int)told["packs"]![0]!["saved_blobs"]! >= 1);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Path.Combine(copies, $"pack-{Path.GetFileName(pack)}"), TestContext.Current.CancellationToken));
        Assert.False(File.Exists(pack));
        await RestoreAsync("latest", 0, "a.txt", "below/b.log");
    }

    [Fact]
    public async Task A_pack_without_a_readable_header_is_named_by_the_repair_of_the_index()
    {
        await BackUpAsync();
        var pack = _folder.Packs()[0];
        await using (var file = File.OpenWrite(pack))
        {
            file.SetLength(file.Length - 10);
        }

        var run = await _folder.RunAsync("repair", "index");
        await _folder.OkAsync("repair", "packs", Path.GetFileName(pack));
        await _folder.OkAsync("repair", "snapshots", "--forget");

        Assert.Contains(Path.GetFileName(pack), run.Error, StringComparison.Ordinal);
        await _folder.OkAsync("prune");
        await _folder.ResticAsync("check", "--read-data");
    }

    [Theory]
    [InlineData(2, "repair", "packs", "1234")]
    [InlineData(4, "repair", "packs", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData(4, "repair", "snapshots", "nosuch")]
    public async Task What_is_not_there_cannot_be_repaired(int code, params string[] arguments)
    {
        await _folder.MakeAsync();

        Assert.Equal(code, (await _folder.RunAsync(arguments)).Code);
    }

    private async Task BackUpAsync()
    {
        await _folder.MakeAsync();
        await _folder.OkAsync("backup", _folder.Source);
        await File.WriteAllTextAsync(Path.Combine(_folder.Source, "later"), "later", TestContext.Current.CancellationToken);
        await _folder.OkAsync("backup", _folder.Source);
    }

    private async Task RestoreAsync(string id, int code, params string[] files)
    {
        var target = Path.Combine(_folder.Root, "target");
        Assert.Equal(code, (await _folder.RunAsync("restore", $"{id}:{_folder.Source}", "--target", target)).Code);
        foreach (var file in files)
        {
            Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(_folder.Source, file)), await File.ReadAllBytesAsync(Path.Combine(target, file)));
        }

        if (files.Length == 0)
        {
            _folder.AssertRestored(target);
        }
    }
}
