using BackupServer.Repository.Checking;
using BackupServer.Repository.Restoring;
using BackupServer.Repository.Snapshots;
using BackupServer.Repository.Tests.Support;

namespace BackupServer.Repository.Tests.Reliability.Hostile;

public sealed class HostileNamesTests
{
    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("../outside/owned")]
    [InlineData("a/b")]
    [InlineData("/")]
    [InlineData("/etc/owned")]
    [InlineData("nul\\\\x00l")]
    [InlineData("nul\\u0000l")]
    public async Task A_directory_link_or_device_of_an_impossible_name_is_refused_and_named_by_check(string name)
    {
        foreach (string kind in (string[])["\"type\":\"symlink\",\"linktarget\":\"outside\"", "\"type\":\"fifo\"", "\"type\":\"file\",\"content\":[]", "dir"])
        {
            await using HostileRepository hostile = await HostileRepository.CreateAsync();
            ObjectId below = await hostile.TreeAsync(TestRepository.FileNode("owned", [await hostile.DataAsync("evil"u8.ToArray())], 4));
            string members = kind == "dir" ? $"\"type\":\"dir\",\"mode\":2147484141,\"subtree\":\"{below}\"" : kind;
            Snapshot snapshot = await hostile.SnapshotAsync(
                await hostile.TreeAsync($"{{\"nodes\":[{{\"name\":\"{name}\",{members}}},{{\"name\":\"zz\",\"type\":\"file\",\"mode\":420,\"content\":[]}}]}}\n"));

            RestoreResult restore = await hostile.RestoreAsync(snapshot);
            CheckReport check = await hostile.CheckAsync();

            RestoreProblem problem = Assert.Single(restore.Problems, static problem => problem.Kind != RestoreProblemKind.Owner);
            Assert.Equal(RestoreProblemKind.UnsafeName, problem.Kind);
            Assert.Equal([Path.Combine(hostile.Target, "zz")], Directory.GetFileSystemEntries(hostile.Target));
            Assert.Contains(check.Problems, static problem => problem.Kind == CheckProblemKind.TreeInvalid && problem.Message.Contains("cannot be a file's", StringComparison.Ordinal));
            hostile.AssertNothingOutside();
        }
    }

    [Fact]
    public async Task Of_names_that_a_tree_has_twice_the_first_is_restored_and_the_others_are_reported()
    {
        await using HostileRepository hostile = await HostileRepository.CreateAsync();
        ObjectId first = await hostile.DataAsync("first"u8.ToArray());
        ObjectId second = await hostile.DataAsync("second"u8.ToArray());
        string[] names = ["x", "x", "a", "x", "b", "a"];
        string nodes = string.Join(',', names.Select((name, i) => $"{{\"name\":\"{name}\",\"type\":\"file\",\"mode\":420,\"content\":[\"{(i is 0 or 2 or 4 ? first : second)}\"]}}"));
        Snapshot snapshot = await hostile.SnapshotAsync(await hostile.TreeAsync($"{{\"nodes\":[{nodes}]}}\n"));

        RestoreResult restore = await hostile.RestoreAsync(snapshot);
        CheckReport check = await hostile.CheckAsync();

        Assert.Equal(["a", "x", "x"], restore.Problems.Where(static problem => problem.Kind == RestoreProblemKind.UnsafeName).Select(static problem => problem.Path).Order());
        Assert.All(Directory.GetFiles(hostile.Target), static file => Assert.Equal("first", File.ReadAllText(file)));
        Assert.Equal(3, Directory.GetFiles(hostile.Target).Length);
        Assert.Equal(3, check.Problems.Count(static problem => problem.Message.Contains("is there twice", StringComparison.Ordinal)));
        Assert.All(check.Problems, problem => Assert.Equal(new AffectedPath(snapshot.Id, "/"), Assert.Single(problem.Affected)));
    }

    [Fact]
    public async Task An_unsorted_tree_is_restored_whole_and_check_hints_at_it()
    {
        await using HostileRepository hostile = await HostileRepository.CreateAsync();
        string nodes = string.Join(',', ((string[])["m", "z", "a", "q", "b"]).Select(static name => $"{{\"name\":\"{name}\",\"type\":\"file\",\"mode\":420,\"content\":[]}}"));
        Snapshot snapshot = await hostile.SnapshotAsync(await hostile.TreeAsync($"{{\"nodes\":[{nodes}]}}\n"));

        RestoreResult restore = await hostile.RestoreAsync(snapshot);
        CheckReport check = await hostile.CheckAsync();

        Assert.DoesNotContain(restore.Problems, static problem => problem.Kind != RestoreProblemKind.Owner);
        Assert.Equal(["a", "b", "m", "q", "z"], Directory.GetFiles(hostile.Target).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Empty(check.Problems);
        Assert.Contains("not in the order of names", Assert.Single(check.Hints), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_target_or_attribute_name_with_a_zero_byte_is_reported_and_not_cut_there()
    {
        await using HostileRepository hostile = await HostileRepository.CreateAsync();
        string link = $"{{\"name\":\"link\",\"type\":\"symlink\",\"linktarget\":\"{hostile.Outside}\\u0000/tail\"}}";
        string file = "{\"name\":\"file\",\"type\":\"file\",\"mode\":420,\"content\":[],\"extended_attributes\":[{\"name\":\"user.cut\\u0000tail\",\"value\":\"eA==\"}]}";
        Snapshot snapshot = await hostile.SnapshotAsync(await hostile.TreeAsync($"{{\"nodes\":[{file},{link}]}}\n"));

        RestoreResult restore = await hostile.RestoreAsync(snapshot);

        Assert.Contains(restore.Problems, static problem => problem is { Path: "link", Kind: RestoreProblemKind.UnsafeName });
        Assert.Contains(restore.Problems, static problem => problem is { Path: "file", Kind: RestoreProblemKind.Metadata } && problem.Reason.Contains("zero byte", StringComparison.Ordinal));
        Assert.Equal([Path.Combine(hostile.Target, "file")], Directory.GetFileSystemEntries(hostile.Target));
    }
}
