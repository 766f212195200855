using System.Text;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Engine.Archives;
using BackupServer.Engine.Tests.Support;
using BackupServer.Repository;
using BackupServer.Repository.Archiving;

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

                await new SnapshotVerifier(repository).VerifyAsync(snapshot, mode, token);
            },
            EngineWorld.Token));

        Assert.NotEmpty(error.Message);
        Assert.Empty(await repository.ListSnapshotsAsync(EngineWorld.Token));
    }
}
