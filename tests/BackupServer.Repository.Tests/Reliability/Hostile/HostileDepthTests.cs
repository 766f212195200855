using BackupServer.Repository.Browsing;
using BackupServer.Repository.Checking;
using BackupServer.Repository.Locking;
using BackupServer.Repository.Nodes;
using BackupServer.Repository.Packing;
using BackupServer.Repository.Pruning;
using BackupServer.Repository.Restoring;
using BackupServer.Repository.Snapshots;
using BackupServer.Repository.Tests.Support;

namespace BackupServer.Repository.Tests.Reliability.Hostile;

[Collection(MemoryCollection.Name)]
public sealed class HostileDepthTests
{
    private const int Levels = 10_000;

    [Fact]
    public async Task Ten_thousand_levels_are_checked_listed_pruned_and_restored()
    {
        await using HostileRepository hostile = await HostileRepository.CreateAsync();
        Snapshot snapshot = await hostile.SnapshotAsync(await DeepAsync(hostile, await hostile.DataAsync("bottom"u8.ToArray())));

        CheckReport check = await hostile.CheckAsync();
        await using Repository repository = await hostile.OpenAsync();
        long entries = 0;
        await foreach (SnapshotEntry entry in new SnapshotReader(repository, snapshot).WalkAsync("/", HostileRepository.Cancellation))
        {
            entries++;
            Assert.True(entry.Path.Length <= (2 * Levels) + 5);
        }

        await using RepositoryLock exclusive = await RepositoryLock.AcquireAsync(
            repository, LockMode.Exclusive, new LockOptions { SettleTime = TimeSpan.Zero }, HostileRepository.Cancellation);
        PrunePlan plan = await PrunePlan.CreateAsync(repository, exclusive, new PruneOptions(), HostileRepository.Cancellation);
        RestoreResult restore = await hostile.RestoreAsync(snapshot);

        Assert.Empty(check.Problems);
        Assert.Equal(Levels + 1, check.Trees);
        Assert.Equal(Levels + 1, entries);
        Assert.Empty(plan.Unused);
        Assert.Equal((Levels, 1), (restore.Directories, restore.Files));
        Assert.DoesNotContain(restore.Problems, static problem => problem.Kind != RestoreProblemKind.Owner);
    }

    [Fact]
    public async Task Harm_at_the_bottom_of_ten_thousand_levels_is_named_with_its_path()
    {
        await using HostileRepository hostile = await HostileRepository.CreateAsync();
        Snapshot snapshot = await hostile.SnapshotAsync(await DeepAsync(hostile, ObjectId.Of("nowhere"u8)));

        CheckReport check = await hostile.CheckAsync();

        AffectedPath affected = Assert.Single(Assert.Single(check.Problems).Affected);
        Assert.Equal(snapshot.Id, affected.Snapshot);
        Assert.Equal(string.Concat(Enumerable.Repeat("/d", Levels)) + "/file", affected.Path);
    }

    [Fact]
    public async Task Trees_that_name_each_other_twice_on_each_level_have_more_paths_than_atoms_and_the_check_still_ends()
    {
        await using HostileRepository hostile = await HostileRepository.CreateAsync();
        ObjectId missing = ObjectId.Of("nowhere"u8);
        ObjectId tree = await hostile.TreeAsync(TestRepository.FileNode("file", [missing], 1));
        for (int level = 0; level < 60; level++)
        {
            tree = await hostile.TreeAsync(TestRepository.DirectoryNode("a", tree), TestRepository.DirectoryNode("b", tree));
        }

        await hostile.SnapshotAsync(tree);

        CheckReport check = await hostile.CheckAsync();

        CheckProblem problem = Assert.Single(check.Problems);
        Assert.Contains(missing.ToString(), problem.Message, StringComparison.Ordinal);
        Assert.Equal(new CheckOptions().MaximumAffectedPaths, problem.Affected.Distinct().Count());
        Assert.True(problem.MoreAffected);
        Assert.Equal(61, check.Trees);
    }

    [Fact]
    public async Task A_cycle_of_trees_needs_a_wrong_hash_and_is_refused_for_it()
    {
        await using HostileRepository hostile = await HostileRepository.CreateAsync();
        BlobHandle cycle = new(BlobType.Tree, ObjectId.Of("the id of both"u8));
        byte[] json = TreeCodec.Encode([TestRepository.DirectoryNode("again", cycle.Id)]);
        byte[] content = hostile.Sealed(json, compressed: true);
        await hostile.PackAsync(content, new PackEntry(cycle, 0, (uint)content.Length, (uint)json.Length));
        Snapshot snapshot = await hostile.SnapshotAsync(await hostile.TreeAsync(TestRepository.DirectoryNode("top", cycle.Id), TestRepository.FileNode("zz", [], 0)));

        RestoreResult restore = await hostile.RestoreAsync(snapshot);
        CheckReport check = await hostile.CheckAsync();

        RestoreProblem problem = Assert.Single(restore.Problems, static problem => problem.Kind == RestoreProblemKind.Damaged);
        Assert.Equal("top", problem.Path);
        Assert.Contains("its plaintext has the hash", problem.Reason, StringComparison.Ordinal);
        Assert.Contains(check.Problems, problem => problem.Affected.Contains(new AffectedPath(snapshot.Id, "/top")));
        Assert.True(File.Exists(Path.Combine(hostile.Target, "zz")));
    }

    [Fact]
    public async Task Long_names_on_many_levels_do_not_take_the_square_of_the_depth_to_list()
    {
        await using HostileRepository hostile = await HostileRepository.CreateAsync();
        string name = new('n', 255);
        ObjectId tree = await hostile.TreeAsync("{\"nodes\":[]}\n");
        for (int level = 0; level < 1000; level++)
        {
            tree = await hostile.TreeAsync(TestRepository.DirectoryNode(name, tree));
        }

        Snapshot snapshot = await hostile.SnapshotAsync(tree);
        await using Repository repository = await hostile.OpenAsync();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long most = 0;
        int entries = 0;

        await foreach (SnapshotEntry entry in new SnapshotReader(repository, snapshot).WalkAsync("/", HostileRepository.Cancellation))
        {
            entries++;
            most = entries % 250 == 0 ? Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before) : most;
            Assert.Equal((entries * 256) + 0, entry.Path.Length);
        }

        // All paths together would have 128 MiB.
        Assert.Equal(1000, entries);
        Assert.InRange(most, long.MinValue, 32 << 20);
    }

    private static async Task<ObjectId> DeepAsync(HostileRepository hostile, ObjectId content)
    {
        ObjectId tree = await hostile.TreeAsync(TestRepository.FileNode("file", [content], 6));
        for (int level = 0; level < Levels; level++)
        {
            tree = await hostile.TreeAsync(TestRepository.DirectoryNode("d", tree));
        }

        return tree;
    }
}
