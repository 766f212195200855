using System.Text;
using BackupServer.Repository.Backends;
using BackupServer.Repository.Files;
using BackupServer.Repository.Locking;
using BackupServer.Repository.Nodes;
using BackupServer.Repository.Repairing;
using BackupServer.Repository.Rewriting;
using BackupServer.Repository.Snapshots;
using BackupServer.Repository.Tests.Support;

namespace BackupServer.Repository.Tests.Rewriting;

public sealed class RewritePlanTests
{
    private static readonly RewriteOptions WithoutLogs = new() { Excludes = [new PathPatterns(["*.log"])] };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_tree_that_would_lose_members_is_refused_and_nothing_is_written()
    {
        await using var repository = await TestRepository.InitAsync(new MemoryBackend());
        var tree = Encoding.UTF8.GetString(TreeCodec.Encode([TestRepository.FileNode("a.log", [], 0), TestRepository.FileNode("b", [], 0)]))
            .Replace("\"type\":\"file\"", "\"type\":\"file\",\"unknown\":1", StringComparison.Ordinal);
        var snapshot = await SaveAsync(repository, Encoding.UTF8.GetBytes(tree));

        var error = await Assert.ThrowsAsync<RepositoryException>(() => RewritePlan.CreateAsync(repository, [snapshot], WithoutLogs, Cancellation));

        Assert.Equal(RepositoryErrorKind.Refused, error.Kind);
        Assert.Single(await repository.ListSnapshotsAsync(Cancellation));
    }

    [Fact]
    public async Task A_plan_alone_changes_nothing_and_a_tree_without_a_match_keeps_its_id()
    {
        var backend = new MemoryBackend();
        await using var repository = await TestRepository.InitAsync(backend);
        var untouched = await SaveAsync(repository, TreeCodec.Encode([TestRepository.FileNode("b", [], 0)]));
        var changed = await SaveAsync(repository, TreeCodec.Encode([TestRepository.FileNode("a.log", [], 0), TestRepository.FileNode("b", [], 0)]));
        var files = backend.Files.Count;

        var plan = await RewritePlan.CreateAsync(repository, [untouched, changed], WithoutLogs, Cancellation);

        Assert.Equal(files, backend.Files.Count);
        Assert.Equal(1, plan.Unchanged);
        var only = Assert.Single(plan.Snapshots);
        Assert.Equal((changed.Id, 1L), (only.Before.Id, only.ChangeCount));
        // What is left of the one is the other's tree.
        Assert.Equal(untouched.Tree, only.After!.Tree);
    }

    [Fact]
    public async Task To_forget_needs_the_exclusive_lock()
    {
        await using var repository = await TestRepository.InitAsync(new MemoryBackend());
        var snapshot = await SaveAsync(repository, TreeCodec.Encode([TestRepository.FileNode("a.log", [], 0)]));
        var plan = await RewritePlan.CreateAsync(repository, [snapshot], WithoutLogs with { Forget = true }, Cancellation);

        await Assert.ThrowsAsync<InvalidOperationException>(() => plan.ExecuteAsync(null, Cancellation));
        await using var held = await RepositoryLock.AcquireAsync(repository, LockMode.Exclusive, new LockOptions { SettleTime = TimeSpan.Zero }, Cancellation);
        await plan.ExecuteAsync(held, Cancellation);

        Assert.Equal(snapshot.Id, Assert.Single(await repository.ListSnapshotsAsync(Cancellation)).Original);
    }

    [Fact]
    public async Task Killed_at_any_operation_every_snapshot_is_there_in_its_old_or_new_form()
    {
        for (var operations = 0; ; operations++)
        {
            var inner = new MemoryBackend();
            await using (var repository = await TestRepository.InitAsync(inner))
            {
                await SaveAsync(repository, TreeCodec.Encode([TestRepository.FileNode("a.log", [], 0), TestRepository.FileNode("one", [], 0)]), 1);
                await SaveAsync(repository, TreeCodec.Encode([TestRepository.FileNode("a.log", [], 0), TestRepository.FileNode("two", [], 0)]), 2);
            }

            var dying = new FailingBackend(inner, operations);
            var finished = await TryRewriteAsync(dying);

            await using var after = await TestRepository.OpenAsync(inner);
            var days = (await after.ListSnapshotsAsync(Cancellation)).Select(static snapshot => snapshot.Time).Distinct();
            Assert.Equal(2, days.Count());
            foreach (var snapshot in await after.ListSnapshotsAsync(Cancellation))
            {
                Assert.NotEmpty(await after.LoadBlobAsync(BlobType.Tree, snapshot.Tree, Cancellation));
            }

            if (finished)
            {
                return;
            }
        }
    }

    [Fact]
    public async Task What_cannot_be_a_name_and_what_is_doubled_or_lost_is_left_out_by_a_repair()
    {
        await using var repository = await TestRepository.InitAsync(new MemoryBackend());
        var kept = await repository.SaveBlobAsync(BlobType.Data, TestRepository.Noise(1, 1000), Cancellation);
        var lost = ObjectId.Of("lost"u8);
        var nodes = new[] { TestRepository.FileNode("z", [kept.Id, lost], 2000), TestRepository.FileNode("a", null, 5), TestRepository.DirectoryNode("d", lost), TestRepository.FileNode("z", [], 0) };
        var json = "{\"nodes\":[" + string.Join(',', nodes.Select(static node => Encoding.UTF8.GetString(TreeCodec.Encode([node]))["{\"nodes\":[".Length..^3])) + "]}\n";
        var snapshot = await SaveAsync(repository, Encoding.UTF8.GetBytes(json));

        var plan = await SnapshotRepair.PlanAsync(repository, [snapshot], forget: false, Cancellation);
        var written = await plan.ExecuteAsync(null, Cancellation);
        var repaired = TreeCodec.Decode(await repository.LoadBlobAsync(BlobType.Tree, written[0]!.Tree, Cancellation));

        Assert.Equal(["a", "d", "z"], repaired.Select(static node => node.Name.ToString()));
        Assert.Equal((0UL, 1000UL), (repaired[0].Size, repaired[2].Size));
        Assert.Equal([kept.Id], repaired[2].Content!);
        Assert.Empty(TreeCodec.Decode(await repository.LoadBlobAsync(BlobType.Tree, repaired[1].Subtree!.Value, Cancellation)));
        Assert.Contains("repaired", written[0]!.Tags!);
    }

    private static async Task<bool> TryRewriteAsync(FailingBackend backend)
    {
        try
        {
            await using var repository = await TestRepository.OpenAsync(backend);
            await using var held = await RepositoryLock.AcquireAsync(repository, LockMode.Exclusive, new LockOptions { SettleTime = TimeSpan.Zero }, Cancellation);
            var plan = await RewritePlan.CreateAsync(repository, await repository.ListSnapshotsAsync(Cancellation), WithoutLogs with { Forget = true }, Cancellation);
            await plan.ExecuteAsync(held, Cancellation);
            return !backend.Died;
        }
        catch (Exception e) when (backend.Died && e is IOException or RepositoryException)
        {
            return false;
        }
    }

    private static async Task<Snapshot> SaveAsync(Repository repository, byte[] tree, int day = 0)
    {
        var saved = await repository.SaveBlobAsync(BlobType.Tree, tree, Cancellation);
        return await repository.SaveSnapshotAsync(
            new Snapshot { Time = DateTimeOffset.UnixEpoch.AddDays(day), Tree = saved.Id, Paths = ["/data"], HostName = "test" }, Cancellation);
    }
}
