using System.Text;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Engine.Archives;
using BackupServer.Engine.Reporting;
using BackupServer.Engine.Tests.Support;
using BackupServer.Repository;
using BackupServer.Repository.Archiving;
using BackupServer.Repository.Browsing;
using BackupServer.Repository.Checking;

namespace BackupServer.Engine.Tests.Archives;

public sealed class SnapshotVerifierTests
{
    [Theory]
    [InlineData(VerificationMode.None)]
    [InlineData(VerificationMode.Sample)]
    [InlineData(VerificationMode.Full)]
    public async Task Pack_that_is_gone_prevents_the_commit(VerificationMode mode)
    {
        await using var world = EngineWorld.WithShop();
        await using var repository = await world.OpenAsync();
        var builder = new SnapshotBuilder(repository);
        await using (var file = builder.CreateFile("/a"))
        {
            await file.WriteAsync(Encoding.UTF8.GetBytes("content"), EngineWorld.Token);
        }

        var error = await Assert.ThrowsAsync<RepositoryException>(() => builder.CommitAsync(
            new SnapshotHeader { HostName = "test", Paths = ["/a"] },
            async (snapshot, token) =>
            {
                foreach (var pack in repository.WrittenPacks)
                {
                    await world.Store.DeleteAsync(pack.Path, token);
                }

                await new SnapshotVerifier(repository, RunProof.DepthOf(mode), new Random(1)).VerifyAsync(snapshot, token);
            },
            EngineWorld.Token));

        Assert.NotEmpty(error.Message);
        Assert.Empty(await repository.ListSnapshotsAsync(EngineWorld.Token));
    }

    [Theory]
    [InlineData(VerificationMode.Sample)]
    [InlineData(VerificationMode.Full)]
    public async Task Backup_that_leans_on_a_damaged_pack_of_an_earlier_one_is_not_kept(VerificationMode mode)
    {
        await using var world = EngineWorld.WithShop();
        var first = await world.BackUpAsync(EngineWorld.Request());
        Assert.Contains("new packs", first.Proof, StringComparison.Ordinal);
        await DamageDataPacksAsync(world);

        var report = await world.BackUpAsync(EngineWorld.Request(new BackupSpec { IncludedNamespaces = ["shop"], DefaultVolumesToFsBackup = true, Verification = mode }, "b2"));

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        Assert.Null(report.SnapshotId);
        Assert.Contains("--read-data", Assert.Single(report.Errors).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Proof_says_how_much_of_what_earlier_backups_stored_was_read()
    {
        await using var world = EngineWorld.WithShop();
        await world.BackUpAsync(EngineWorld.Request());

        var sample = await world.BackUpAsync(EngineWorld.Request(name: "b2"));
        var none = await world.BackUpAsync(EngineWorld.Request(new BackupSpec { IncludedNamespaces = ["shop"], DefaultVolumesToFsBackup = true, Verification = VerificationMode.None }, "b3"));

        Assert.Matches("[1-9][0-9]* of [1-9][0-9]* re-used pieces \\(from 1 of 1 packs of earlier backups\\)", sample.Proof);
        Assert.Contains("no content was read back", none.Proof, StringComparison.Ordinal);
    }

    // Trees are read by every walk; only packs with nothing but content show what a sample misses.
    private static async Task DamageDataPacksAsync(EngineWorld world)
    {
        await using var repository = await world.OpenAsync();
        var snapshot = Assert.Single(await repository.ListSnapshotsAsync(EngineWorld.Token));
        var content = new HashSet<string>();
        await foreach (var entry in new SnapshotReader(repository, snapshot).WalkAsync("/", EngineWorld.Token))
        {
            foreach (var blob in entry.Node.Content ?? [])
            {
                Assert.True(repository.TryLocateBlob(BlobType.Data, blob, out var location));
                content.Add(location.Pack.ToString());
            }
        }

        foreach (var pack in content)
        {
            var path = $"data/{pack[..2]}/{pack}";
            var bytes = await world.Store.LoadAsync(path, 0, -1, EngineWorld.Token);
            for (var i = 0; i < bytes.Length; i += 16)
            {
                bytes[i] ^= 0x40;
            }

            await world.Store.DeleteAsync(path, EngineWorld.Token);
            await world.Store.SaveAsync(path, bytes, EngineWorld.Token);
        }
    }
}
