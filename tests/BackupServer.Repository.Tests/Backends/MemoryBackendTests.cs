using BackupServer.Repository.Backends;

namespace BackupServer.Repository.Tests.Backends;

public sealed class MemoryBackendTests : BackendTests
{
    protected override IRepositoryBackend Backend { get; } = new MemoryBackend();
}
