using System.Text.Json.Nodes;

namespace BackupServer.Cli.Tests.Repositories;

/// <summary>What <c>restore</c> does to a target that is not empty.</summary>
public sealed class RestoreOptionsTests : IDisposable
{
    private readonly RepositoryFolder _folder = new();

    private string Target => Path.Combine(_folder.Root, "target");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("always", "alpha", "alpha")]
    [InlineData("if-changed", "alpha", "ALPHA")]
    [InlineData("if-newer", "newer", "ALPHA")]
    [InlineData("never", "newer", "ALPHA")]
    public async Task Overwrite_says_what_becomes_of_existing_files(string when, string later, string sameTime)
    {
        await BackUpAsync();
        await RestoreAsync();
        await File.WriteAllTextAsync(Path.Combine(Target, "a.txt"), "newer", TestContext.Current.CancellationToken);
        File.Copy(Path.Combine(_folder.Source, "a.txt"), Path.Combine(Target, "copy"));

        await RestoreAsync("--overwrite", when);
        var first = await File.ReadAllTextAsync(Path.Combine(Target, "a.txt"), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(Target, "a.txt"), "ALPHA", TestContext.Current.CancellationToken);
        File.SetLastWriteTimeUtc(Path.Combine(Target, "a.txt"), File.GetLastWriteTimeUtc(Path.Combine(_folder.Source, "a.txt")));
        await RestoreAsync("--overwrite", when);
        var second = await File.ReadAllTextAsync(Path.Combine(Target, "a.txt"), TestContext.Current.CancellationToken);

        Assert.Equal((later, sameTime), (first, second));
        Assert.True(File.Exists(Path.Combine(Target, "copy")));
    }

    [Fact]
    public async Task Delete_removes_what_the_snapshot_has_not_and_nothing_outside()
    {
        await BackUpAsync();
        await RestoreAsync();
        var outside = Directory.CreateDirectory(Path.Combine(_folder.Root, "outside")).FullName;
        await File.WriteAllTextAsync(Path.Combine(outside, "precious"), "p", TestContext.Current.CancellationToken);
        Directory.CreateDirectory(Path.Combine(Target, "extra", "deep", "er"));
        await File.WriteAllTextAsync(Path.Combine(Target, "extra", "deep", "file"), "x", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(Target, "below", "more.log"), "x", TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(Path.Combine(Target, "extra", "way-out"), outside);
        File.CreateSymbolicLink(Path.Combine(Target, "door"), outside);

        var dry = Json(await RestoreAsync("--delete", "--dry-run", "--json"));
        var there = Directory.Exists(Path.Combine(Target, "extra"));
        var done = Json(await RestoreAsync("--delete", "--json"));

        Assert.Equal((3, 3), ((int)dry["delete"]!, (int)done["deleted"]!));
        Assert.True(there);
        Assert.Equal(["a.txt", "below", "big", "link"], Directory.GetFileSystemEntries(Target).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(["b.log"], Directory.GetFiles(Path.Combine(Target, "below")).Select(Path.GetFileName));
        Assert.True(File.Exists(Path.Combine(outside, "precious")));
        _folder.AssertRestored(Target);
    }

    [Fact]
    public async Task Delete_leaves_what_the_filters_do_not_mean()
    {
        await BackUpAsync();
        await RestoreAsync();
        foreach (var name in (string[])["extra.log", "extra.txt", "below/extra.log"])
        {
            await File.WriteAllTextAsync(Path.Combine(Target, name), "x", TestContext.Current.CancellationToken);
        }

        await RestoreAsync("--delete", "--include", "*.log");
        var included = Files();
        await RestoreAsync("--delete", "--exclude", "extra.txt");
        var excluded = Files();

        Assert.Equal(["a.txt", "below/b.log", "big", "extra.txt", "link"], included);
        Assert.Equal(["a.txt", "below/b.log", "big", "extra.txt", "link"], excluded);
    }

    [Theory]
    [InlineData("--include", "*.LOG", "")]
    [InlineData("--iinclude", "*.LOG", "below/b.log")]
    [InlineData("--iexclude", "B*", "a.txt,link")]
    [InlineData("--exclude", "b*", "a.txt,link")]
    public async Task Filters_may_ignore_case(string option, string pattern, string files)
    {
        await BackUpAsync();

        await RestoreAsync(option, pattern);

        Assert.Equal(files, string.Join(',', Files()));
    }

    [Fact]
    public async Task A_second_restore_writes_only_what_differs()
    {
        await BackUpAsync();
        await RestoreAsync();
        await using (var file = File.OpenWrite(Path.Combine(Target, "big")))
        {
            file.Position = 1_500_000;
            file.Write("changed"u8);
        }

        File.Delete(Path.Combine(Target, "a.txt"));
        var planned = Json(await RestoreAsync("--dry-run", "--json"));
        var second = Json(await RestoreAsync("--json", "--verify"));

        Assert.Equal((1, 2), ((int)planned["create"]!, (int)planned["compare"]!));
        // One chunk of the large file, and the small one.
        Assert.InRange((long)second["written_bytes"]!, 6, 1_100_000);
        _folder.AssertRestored(Target);
    }

    [Fact]
    public async Task A_rehearsal_names_every_path_and_touches_nothing()
    {
        await BackUpAsync();

        var told = await RestoreAsync("--dry-run", "--verbose");

        Assert.Contains("create   below/b.log", told, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Target));
    }

    [Fact]
    public async Task Latest_is_that_of_the_filters()
    {
        await _folder.MakeAsync();
        await _folder.OkAsync("backup", Path.Combine(_folder.Source, "a.txt"), "--host", "one");
        await _folder.OkAsync("backup", Path.Combine(_folder.Source, "big"), "--host", "two");

        await _folder.OkAsync("restore", "latest", "--host", "one", "--target", Target);
        var none = await _folder.RunAsync("restore", "latest", "--host", "three", "--target", Target);

        Assert.Equal(["a.txt"], Directory.GetFiles(Target, "*", SearchOption.AllDirectories).Select(Path.GetFileName));
        Assert.Equal(4, none.Code);
    }

    [Fact]
    public async Task A_directory_is_dumped_as_tar_and_zip_that_common_programs_read()
    {
        await BackUpAsync();
        var tar = Path.Combine(_folder.Root, "dump.tar");
        var zip = Path.Combine(_folder.Root, "dump.zip");

        await File.WriteAllBytesAsync(tar, (await _folder.RunAsync("dump", "latest", _folder.Source)).Bytes, TestContext.Current.CancellationToken);
        await _folder.OkAsync("dump", $"latest:{_folder.Source}", "/", "--archive", "zip", "--target", zip);
        Directory.CreateDirectory(Target);
        using var process = System.Diagnostics.Process.Start("tar", ["-xf", tar, "-C", Target]);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        var unzipped = Path.Combine(_folder.Root, "unzipped");
        await System.IO.Compression.ZipFile.ExtractToDirectoryAsync(zip, unzipped, TestContext.Current.CancellationToken);

        Assert.Equal(0, process.ExitCode);
        _folder.AssertRestored(Target + _folder.Source);
        Assert.Equal(File.GetLastWriteTimeUtc(Path.Combine(_folder.Source, "a.txt")), File.GetLastWriteTimeUtc(Target + _folder.Source + "/a.txt"), TimeSpan.FromMilliseconds(1));
        foreach (var name in (string[])["a.txt", "below/b.log", "big"])
        {
            Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(_folder.Source, name), TestContext.Current.CancellationToken), await File.ReadAllBytesAsync(Path.Combine(unzipped, name), TestContext.Current.CancellationToken));
        }
    }

    private List<string> Files() =>
        !Directory.Exists(Target) ? [] : [.. Directory.GetFiles(Target, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Target, file)).Order(StringComparer.Ordinal)];

    private async Task BackUpAsync()
    {
        // .NET sets times to 100 ns only: one that it can set again in the target.
        File.SetLastWriteTimeUtc(Path.Combine(_folder.Source, "a.txt"), new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        await _folder.MakeAsync();
        await _folder.OkAsync("backup", _folder.Source);
    }

    private Task<string> RestoreAsync(params string[] options) => _folder.OkAsync(["restore", $"latest:{_folder.Source}", "--target", Target, .. options]);

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
}
