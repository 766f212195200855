using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using BackupServer.Cli.Output;
using BackupServer.Cli.Repositories;
using BackupServer.Repository;
using BackupServer.Repository.Backends;
using BackupServer.Repository.Checking;
using BackupServer.Repository.Locking;
using BackupServer.Repository.Pruning;

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
    public async Task Forget_removes_a_named_snapshot_whose_file_is_damaged()
    {
        await BackUpAsync();
        var file = Directory.GetFiles(Path.Combine(_folder.Repo, "snapshots"))[0];
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllBytesAsync(file, [1, 2, 3], TestContext.Current.CancellationToken);
        var id = Path.GetFileName(file);

        var check = await _folder.RunAsync("check");
        var planned = await JsonAsync("forget", id[..12], "--dry-run", "--json");
        var said = await _folder.OkAsync("forget", id[..12], "--prune");
        await _folder.ResticAsync("check", "--read-data");

        Assert.Contains($"'forget' and its id", check.Error, StringComparison.Ordinal);
        Assert.Equal([id], planned["unreadable"]!.AsArray().Select(gone => (string?)gone));
        Assert.Contains($"forgot  {id[..8]}, whose file is damaged", said, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(Path.Combine(_folder.Repo, "snapshots")));
    }

    [Fact]
    public async Task Letters_of_forget_mean_what_they_mean_in_stock_restic()
    {
        await _folder.OkAsync("init");
        foreach (var (host, time) in (IEnumerable<(string, string)>)[("a", "2026-05-01 01:10"), ("a", "2026-05-01 01:20"), ("a", "2026-05-01 02:10"), ("a", "2026-05-08 02:10"), ("1", "2026-05-01 01:10")])
        {
            await _folder.OkAsync("backup", _folder.Source, "--host", host, "--time", time);
        }

        foreach (var policy in (string[][])[["-H", "2"], ["-d", "1"], ["-l", "2"], ["-w", "2"], ["-m", "1", "-y", "1"]])
        {
            var theirs = JsonNode.Parse(await _folder.ResticAsync(["forget", "--dry-run", "--json", .. policy]))!.AsArray();
            var ours = (await JsonAsync(["forget", "--dry-run", "--json", .. policy]))["groups"]!.AsArray();

            Assert.Equal(
                theirs.SelectMany(group => group!["keep"]!.AsArray()).Select(kept => (string)kept!["id"]!).Order(),
                ours.SelectMany(group => group!["keep"]!.AsArray()).Select(kept => (string)kept!["snapshot"]!["id"]!).Order());
        }
    }

    [Fact]
    public async Task Check_and_prune_count_the_trees_that_they_read()
    {
        await BackUpAsync();
        await using var backend = new LocalBackend(_folder.Repo, TimeProvider.System);
        await using var repository = await BackupServer.Repository.Repository.OpenAsync(backend, RepositoryFolder.Password, new RepositoryOptions(), TimeProvider.System, TestContext.Current.CancellationToken);
        await using var held = await RepositoryLock.AcquireAsync(repository, LockMode.Exclusive, new LockOptions(), TestContext.Current.CancellationToken);
        var (check, prune) = (new Heard(), new Heard());

        var report = await new RepositoryChecker(repository, new CheckOptions { Progress = check }).CheckAsync(TestContext.Current.CancellationToken);
        await PrunePlan.CreateAsync(repository, held, new PruneOptions { Progress = prune }, TestContext.Current.CancellationToken);

        var words = $"{report.Trees} trees";
        Assert.Contains(("walking trees", words), check.States.Select(state => (state.Stage, state.Text)));
        Assert.Contains(("looking what is needed", words), prune.States.Select(state => (state.Stage, state.Text)));
    }

    [Fact]
    public async Task Packs_have_the_size_that_was_asked_for()
    {
        await _folder.OkAsync("init");
        var bytes = new byte[20 << 20];
        new Random(5).NextBytes(bytes);
        await File.WriteAllBytesAsync(Path.Combine(_folder.Source, "large"), bytes, TestContext.Current.CancellationToken);

        await _folder.OkAsync("backup", _folder.Source, "--pack-size", "4");
        await _folder.ResticAsync("check", "--read-data");
        var wrong = await _folder.RunAsync("backup", _folder.Source, "--pack-size", "3");

        Assert.All(_folder.Packs(), static pack => Assert.InRange(new FileInfo(pack).Length, 1, 6 << 20));
        Assert.Equal(2, wrong.Code);
    }

    [Fact]
    public async Task A_lock_of_another_is_waited_for_as_long_as_was_said()
    {
        await _folder.OkAsync("init");
        await using var backend = new LocalBackend(_folder.Repo, TimeProvider.System);
        await using var repository = await BackupServer.Repository.Repository.OpenAsync(backend, RepositoryFolder.Password, new RepositoryOptions(), TimeProvider.System, TestContext.Current.CancellationToken);
        var held = await RepositoryLock.AcquireAsync(repository, LockMode.Exclusive, new LockOptions(), TestContext.Current.CancellationToken);

        var refused = await _folder.RunAsync("snapshots", "--retry-lock", "1s");
        var waiting = _folder.RunAsync("snapshots", "--retry-lock", "5m");
        await held.DisposeAsync();

        Assert.Equal((11, 0), (refused.Code, (await waiting).Code));
    }

    [Fact]
    public async Task A_new_key_asks_for_its_password_where_somebody_can_answer()
    {
        await _folder.OkAsync("init");

        var run = await _folder.RunAsync("key", "add");

        Assert.Equal(2, run.Code);
        Assert.Contains("--new-password-file", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("snapshots")]
    [InlineData("index")]
    [InlineData("packs")]
    [InlineData("blobs")]
    [InlineData("keys")]
    public async Task List_names_what_stock_restic_names(string kind)
    {
        await BackUpAsync();

        var theirs = (await _folder.ResticAsync("list", kind)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Order();
        var ours = (await _folder.OkAsync("list", kind)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Order();

        Assert.Equal(theirs, ours);
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

    /// <summary>Progress as people are told it.</summary>
    private sealed class Heard : IProgress<WorkProgress>
    {
        public ConcurrentBag<ProgressState> States { get; } = [];

        public void Report(WorkProgress value) => States.Add(ProgressState.Of(value));
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
