using System.Text;
using System.Text.Json.Nodes;
using BackupServer.Cli.Tests.Running;
using BackupServer.Repository.Files;
using BackupServer.Repository.Nodes;

namespace BackupServer.Cli.Tests.Repositories;

/// <summary>What <c>backup</c> takes and leaves out, beside what the stock program does with the same options.</summary>
public sealed class BackupOptionsTests : IDisposable
{
    private readonly RepositoryFolder _folder = new();

    public BackupOptionsTests()
    {
        Write("cache/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n# a cache");
        Write("cache/entry", "e");
        Write("marked/.nobackup", "header and more");
        Write("marked/file", "f");
        Write("deep/x/y/z.TMP", "z");
        Write("deep/x/keep.tmp", "k");
        Write("deep/node_modules/n", "n");
        Write("patterns", "# comment\n\n  *.log  \n$DEEP/x\n");
    }

    private string Source => _folder.Source;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--exclude", "*.tmp")]
    [InlineData("--iexclude", "*.tmp")]
    [InlineData("--exclude", "deep/**/y")]
    [InlineData("--exclude", "x/*", "--exclude", "!keep.tmp")]
    [InlineData("--exclude-caches")]
    [InlineData("--exclude-if-present", ".nobackup")]
    [InlineData("--exclude-if-present", ".nobackup:header")]
    [InlineData("--exclude-if-present", ".nobackup:other")]
    [InlineData("--exclude-larger-than", "1M")]
    [InlineData("--exclude-larger-than", "4")]
    [InlineData("--exclude", "[b-e]*")]
    [InlineData("--one-file-system")]
    public async Task Both_programs_leave_out_the_same(params string[] options)
    {
        await _folder.MakeAsync();

        await _folder.OkAsync(["backup", Source, .. options]);
        var ours = await FilesAsync();
        await _folder.ResticAsync(["backup", Source, .. options]);
        var theirs = await FilesAsync();
        await _folder.ResticAsync("check");

        Assert.NotEmpty(ours);
        Assert.Equal(theirs, ours);
    }

    [Fact]
    public async Task Patterns_come_from_files_with_comments_and_variables()
    {
        await _folder.MakeAsync();

        var run = await Run.Async(
            ["repository", "backup", Source, "--repo", _folder.Repo, "--password-file", _folder.PasswordFile, "--exclude-file", Path.Combine(Source, "patterns")],
            new Dictionary<string, string> { ["DEEP"] = Path.Combine(Source, "deep") });
        var files = await FilesAsync();
        var snapshot = (await SnapshotsAsync()).Single()!;

        Assert.Equal(0, run.Code);
        Assert.DoesNotContain(files, file => file.EndsWith(".log", StringComparison.Ordinal) || file.Contains("/deep/x", StringComparison.Ordinal));
        Assert.Contains($"{Source}/deep/node_modules/n", files);
        Assert.Equal(["*.log", $"{Source}/deep/x"], snapshot["excludes"]!.AsArray().Select(pattern => (string)pattern!));
    }

    [Fact]
    public async Task Paths_come_from_lists_of_globs_of_lines_and_of_zero_ended_names()
    {
        await _folder.MakeAsync();
        var globs = Write("../globs", $"# comment\n{Source}/*.txt\n{Source}/d*/x/k??p.tmp\n{Source}/nothing*\n");
        var verbatim = Write("../verbatim", $"{Source}/below/b.log\n\n");
        var raw = Write("../raw", $"{Source}/marked/file\0{Source}/cache/entry\0");

        var run = await _folder.RunAsync("backup", "--files-from", globs, "--files-from-verbatim", verbatim, "--files-from-raw", raw);
        var input = await _folder.RunAsync(Encoding.UTF8.GetBytes($"{Source}/a.txt\n"), "backup", "--files-from-verbatim", "-");
        var broken = await _folder.RunAsync("backup", "--files-from-raw", verbatim);
        var none = await _folder.RunAsync("backup");

        Assert.Equal((0, 0, 1, 2), (run.Code, input.Code, broken.Code, none.Code));
        Assert.Contains("nothing*", run.Error, StringComparison.Ordinal);
        var first = (string)(await SnapshotsAsync())[0]!["id"]!;
        Assert.Equal([$"{Source}/a.txt", $"{Source}/below/b.log", $"{Source}/cache/entry", $"{Source}/deep/x/keep.tmp", $"{Source}/marked/file"], await FilesAsync(first));
        Assert.Equal([$"{Source}/a.txt"], await FilesAsync());
    }

    [Fact]
    public async Task Names_in_a_list_need_not_be_text()
    {
        await _folder.OkAsync("init");
        byte[] name = [.. Encoding.UTF8.GetBytes($"{Source}/marked/raw"), 0xff, 0xfe];
        var raw = new RawName(name[($"{Source}/marked/".Length)..]);
        using (var directory = DirectoryHandle.Open($"{Source}/marked"))
        using (var file = directory.CreateFile(raw))
        {
            file.Write("not text"u8, 0);
        }

        var list = Path.Combine(_folder.Root, "raw-list");
        await File.WriteAllBytesAsync(list, [.. name, 0, .. Encoding.UTF8.GetBytes($"{Source}/a.txt"), 0], TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(list + "-missing", [.. name, 0xfd, 0], TestContext.Current.CancellationToken);
        var restored = Path.Combine(_folder.Root, "restored");

        await _folder.OkAsync("backup", "--files-from-raw", list);
        var again = JsonNode.Parse(await _folder.OkAsync("backup", "--files-from-raw", list, "--json"))!;
        var missing = await _folder.RunAsync("backup", "--files-from-raw", list + "-missing");
        await _folder.ResticAsync("check", "--read-data");
        await _folder.ResticAsync("restore", "latest", "--target", restored);

        Assert.Equal(2, (int)again["files_unmodified"]! + (int)again["files_changed"]!);
        Assert.Equal((4, true), (missing.Code, missing.Error.Contains("raw\\xff\\xfe\\xfd", StringComparison.Ordinal)));
        using var below = DirectoryHandle.Open($"{restored}{Source}/marked");
        Assert.Equal([raw], below.List().Select(entry => entry.Name));

        // What .NET cannot name it cannot delete.
        below.Remove(raw);
        using var source = DirectoryHandle.Open($"{Source}/marked");
        source.Remove(raw);
    }

    [Fact]
    public async Task Where_nothing_changed_no_snapshot_is_written_if_that_was_asked()
    {
        // A snapshot holds the directories above with their times too, and in that of temporary files somebody always makes one.
        var still = Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "System.Runtime.dll");
        await _folder.OkAsync("init");
        await _folder.OkAsync("backup", still, "--skip-if-unchanged", "--read-concurrency", "2");
        await _folder.OkAsync("backup", Source);

        var skipped = JsonNode.Parse(await _folder.OkAsync("backup", still, "--skip-if-unchanged", "--json"))!;
        var words = await _folder.OkAsync("backup", still, "--skip-if-unchanged");
        await File.AppendAllTextAsync(Path.Combine(Source, "a.txt"), "more", TestContext.Current.CancellationToken);
        var changed = JsonNode.Parse(await _folder.OkAsync("backup", Source, "--skip-if-unchanged", "--json"))!;
        var wrong = await _folder.RunAsync("backup", Source, "--read-concurrency", "0");

        Assert.Null(skipped["snapshot_id"]);
        Assert.Contains("nothing changed", words, StringComparison.Ordinal);
        Assert.NotNull(changed["snapshot_id"]);
        Assert.Equal(3, (await SnapshotsAsync()).Count);
        Assert.Equal(2, wrong.Code);
    }

    [Fact]
    public async Task Standard_input_becomes_a_file()
    {
        await _folder.MakeAsync();
        var bytes = await File.ReadAllBytesAsync(Path.Combine(Source, "big"), TestContext.Current.CancellationToken);

        var run = await _folder.RunAsync(bytes, "backup", "--stdin", "--stdin-filename", "/db/dump.bin", "--tag", "t", "--json");
        var again = JsonNode.Parse((await _folder.RunAsync(bytes, "backup", "--stdin", "--json")).Out)!;
        await _folder.ResticAsync("check", "--read-data");
        var dumped = await _folder.RunAsync("dump", (string)JsonNode.Parse(run.Out)!["snapshot_id"]!, "/db/dump.bin");
        var snapshots = await SnapshotsAsync();

        Assert.Equal(0, run.Code);
        Assert.Equal(bytes, dumped.Bytes);
        Assert.Equal(["/db/dump.bin", "/stdin"], snapshots.Select(snapshot => (string)snapshot!["paths"]![0]!));
        Assert.Equal((0, 3_000_000), ((int)again["data_blobs"]!, (int)again["total_bytes_processed"]!));
    }

    [Fact]
    public async Task What_a_program_writes_becomes_a_file_only_if_the_program_ends_well()
    {
        await _folder.MakeAsync();

        var good = await _folder.RunAsync("backup", "--stdin-from-command", "--stdin-filename", "out", "--", "printf", "%s-%s", "a", "b");
        var bad = await _folder.RunAsync("backup", "--stdin-from-command", "--", "sh", "-c", "echo half; exit 7");
        var absent = await _folder.RunAsync("backup", "--stdin-from-command", "--", "/nowhere/program");
        var unnamed = await _folder.RunAsync("backup", "--stdin-from-command");
        var both = await _folder.RunAsync("backup", "--stdin", Source);
        var dumped = await _folder.RunAsync("dump", "latest", "/out");
        await _folder.ResticAsync("check");

        Assert.Equal((0, 1, 1, 2, 2), (good.Code, bad.Code, absent.Code, unnamed.Code, both.Code));
        Assert.Contains("exit code 7", bad.Error, StringComparison.Ordinal);
        Assert.Equal("a-b"u8.ToArray(), dumped.Bytes);
        Assert.Single(await SnapshotsAsync());
    }

    [Fact]
    public async Task A_rehearsal_counts_everything_and_writes_nothing()
    {
        await _folder.MakeAsync();

        var run = await _folder.RunAsync("backup", Source, "--dry-run", "--verbose", "--json");
        var lines = run.Out.Trim().Split('\n').Select(line => JsonNode.Parse(line)!).ToList();

        Assert.Equal(0, run.Code);
        Assert.Contains(lines, line => (string?)line["action"] == "new" && (string?)line["item"] == $"{Source}/a.txt" && (int)line["data_size"]! == 5);
        Assert.True((bool)lines[^1]["dry_run"]!);
        Assert.Null(lines[^1]["snapshot_id"]);
        Assert.True((long)lines[^1]["data_added"]! > 3_000_000);
        Assert.Empty(_folder.Packs());
        Assert.Empty(await SnapshotsAsync());
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder.Repo, "index")));
        Assert.Empty(Directory.GetFiles(Path.Combine(_folder.Repo, "locks")));
    }

    [Fact]
    public async Task What_counts_as_unchanged_can_be_chosen()
    {
        await _folder.MakeAsync();
        File.SetLastWriteTimeUtc(Path.Combine(Source, "big"), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        await BackUpAsync();
        // A file that was written in the second before a backup is read again by the next one.
        await BackUpAsync("--time", "2031-01-01");
        File.Copy(Path.Combine(Source, "big"), Path.Combine(Source, "new"));
        File.SetLastWriteTimeUtc(Path.Combine(Source, "new"), File.GetLastWriteTimeUtc(Path.Combine(Source, "big")));
        File.Move(Path.Combine(Source, "new"), Path.Combine(Source, "big"), overwrite: true);

        var other = await BackUpAsync("--time", "2031-01-02", "--dry-run");
        var same = await BackUpAsync("--time", "2031-01-02", "--dry-run", "--ignore-inode", "--ignore-ctime");
        var forced = await BackUpAsync("--time", "2031-01-02", "--dry-run", "--ignore-inode", "--ignore-ctime", "--force");
        var unrelated = await BackUpAsync("--time", "2031-01-02", "--dry-run", "--host", "elsewhere");
        var anyHost = await BackUpAsync("--time", "2031-01-02", "--dry-run", "--host", "elsewhere", "--group-by", "paths");

        Assert.Equal((1, 0), ((int)other["files_changed"]!, (int)same["files_changed"]!));
        Assert.Equal(0, (int)forced["files_unmodified"]!);
        Assert.Equal(0, (int)unrelated["files_unmodified"]! + (int)unrelated["files_changed"]!);
        Assert.Equal((int)other["files_unmodified"]!, (int)anyHost["files_unmodified"]!);
    }

    [Fact]
    public async Task Names_times_and_the_time_of_the_snapshot_are_kept()
    {
        await _folder.MakeAsync();
        File.SetLastAccessTimeUtc(Path.Combine(Source, "a.txt"), new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));

        await _folder.OkAsync("backup", Source, "--with-atime", "--time", "2026-05-06T07:08:09Z");
        var snapshot = (await SnapshotsAsync()).Single()!;
        var node = JsonNode.Parse(await _folder.OkAsync("cat", "tree", $"latest:{Source}"))!["nodes"]!.AsArray().Single(entry => (string?)entry!["name"] == "a.txt")!;
        var listed = JsonNode.Parse((await _folder.OkAsync("ls", $"latest:{Source}/a.txt", "--json")).Trim())!;

        Assert.Equal("2026-05-06T07:08:09Z", (string?)snapshot["time"]);
        Assert.Equal("2001-02-03T04:05:06Z", (string?)node["atime"]);
        Assert.Equal(Environment.UserName, (string?)node["user"]);
        Assert.Equal(Environment.UserName, (string?)listed["user"]);
    }

    private async Task<JsonNode> BackUpAsync(params string[] options) => JsonNode.Parse((await _folder.OkAsync(["backup", Source, "--json", .. options])).Trim())!;

    private async Task<List<string>> FilesAsync(string id = "latest") =>
        [.. (await _folder.OkAsync("ls", id, "--json")).Trim().Split('\n').Select(line => JsonNode.Parse(line)!).Where(entry => (string?)entry["type"] == "file").Select(entry => (string)entry["path"]!)];

    private async Task<JsonArray> SnapshotsAsync() => JsonNode.Parse(await _folder.OkAsync("snapshots", "--json"))!.AsArray();

    private string Write(string name, string content)
    {
        var path = Path.GetFullPath(Path.Combine(Source, name));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }
}
