using BackupServer.Abstractions.Plugins.ObjectStores;
using BackupServer.Plugins.FileSystem;
using BackupServer.Plugins.Tests.Conformance;

namespace BackupServer.Plugins.Tests.FileSystem;

public sealed class FileSystemConformanceTests : ObjectStoreConformance
{
    private readonly TemporaryDirectory _directory = new();

    private protected override ValueTask<IObjectStore> OpenAsync() => new FileSystemProvider(TimeProvider.System).OpenAsync(
        new ObjectStoreConfiguration { Bucket = _directory.Path, Prefix = "some/prefix" }, Token);

    private protected override ValueTask CleanAsync()
    {
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }
}
