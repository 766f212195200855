using System.Text.RegularExpressions;
using BackupServer.Repository.Browsing;
using BackupServer.Repository.Checking;
using BackupServer.Repository.Locking;
using BackupServer.Repository.Pruning;
using BackupServer.Repository.Repairing;
using BackupServer.Repository.Snapshots;
using BackupServer.Repository.Tests.Support;

namespace BackupServer.Repository.Tests.Reliability.Damaged;

/// <summary>For each damage: the repairs, run in their order, make the repository clean again and cost nothing that could still be restored.</summary>
public sealed partial class RepairTests
{
    public static TheoryData<string> Names => DamagedFixtureTests.Names;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task After_the_repairs_check_is_clean_and_all_that_could_be_restored_still_can(string name)
    {
        DamagedRepository damaged = await DamagedFixtureTests.DamageAsync(name);
        CheckReport before = await damaged.CheckAsync();
        string[] lost = DamagedFixtureTests.LostBy(name);

        await RepairAsync(damaged, before);

        CheckReport after = await damaged.CheckAsync();
        Assert.True(after.IsClean, string.Join('\n', after.Problems));
        await using Repository repository = await TestRepository.OpenAsync(damaged.Backend);
        foreach ((int number, Snapshot first, string own) in new[] { (1, damaged.First, "only-first"), (2, damaged.Second, "only-second") })
        {
            Snapshot? now = (await repository.ListSnapshotsAsync(Cancellation)).FirstOrDefault(snapshot => (snapshot.Original ?? snapshot.Id) == first.Id);
            foreach (string file in (string[])["one", own, "sub/two"])
            {
                if (!lost.Any(path => $"{number}:/{file}".StartsWith(path, StringComparison.Ordinal)))
                {
                    Assert.NotNull(now);
                    Assert.Equal(DamagedRepository.Content(Path.GetFileName(file)), await new SnapshotReader(repository, now).ReadFileAsync(file, Cancellation));
                }
            }
        }
    }

    private static async Task RepairAsync(DamagedRepository damaged, CheckReport report)
    {
        await using Repository repository = await Repository.OpenAsync(damaged.Backend, TestRepository.Password, TestRepository.Options, TimeProvider.System, Cancellation);
        await using RepositoryLock exclusive = await RepositoryLock.AcquireAsync(repository, LockMode.Exclusive, new LockOptions { SettleTime = TimeSpan.Zero }, Cancellation);
        await (await IndexRepairPlan.CreateAsync(repository, exclusive, readAllPacks: false, Cancellation)).ExecuteAsync(exclusive, Cancellation);
        await repository.LoadIndexAsync(Cancellation);
        ObjectId[] packs = [.. report.Problems
            .Where(static problem => problem.Kind is CheckProblemKind.PackDamaged or CheckProblemKind.PackSize or CheckProblemKind.BlobDamaged)
            .SelectMany(static problem => PackName().Matches(problem.Message))
            .Select(static match => ObjectId.Parse(match.Groups[1].Value))
            .Distinct()
            .Where(pack => damaged.Backend.Files.ContainsKey(RepositoryPaths.Pack(pack)))];
        if (packs.Length > 0)
        {
            await (await PackRepairPlan.CreateAsync(repository, exclusive, packs, Cancellation)).ExecuteAsync(exclusive, Cancellation);
        }

        List<Snapshot> readable = [];
        foreach (ObjectId id in await repository.ListSnapshotIdsAsync(Cancellation))
        {
            try
            {
                readable.Add(await repository.LoadSnapshotAsync(id, Cancellation));
            }
            catch (RepositoryException e) when (e.Kind == RepositoryErrorKind.Damaged)
            {
                // Nothing says any more what was in it.
                await repository.DeleteSnapshotAsync(id, Cancellation);
            }
        }

        await (await SnapshotRepair.PlanAsync(repository, readable, forget: true, Cancellation)).ExecuteAsync(exclusive, Cancellation);
        await (await PrunePlan.CreateAsync(repository, exclusive, new PruneOptions { MaximumUnused = 0 }, Cancellation)).ExecuteAsync(exclusive, Cancellation);
    }

    [GeneratedRegex("pack ([0-9a-f]{64})")]
    private static partial Regex PackName();
}
