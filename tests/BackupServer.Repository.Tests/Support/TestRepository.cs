using BackupServer.Repository.Backends;
using BackupServer.Repository.Keys;
using BackupServer.Repository.Nodes;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Repository.Tests.Support;

/// <summary>Repositories with a few files, made without an archiver.</summary>
internal static class TestRepository
{
    public const string Password = "test password";

    private const uint DirectoryMode = (1u << 31) | 0x1ED;
    private const uint FileMode = 0x1A4;

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static RepositoryOptions Options { get; } = new() { Scrypt = ScryptParameters.MachineSecret };

    public static async Task<Repository> InitAsync(IRepositoryBackend backend, RepositoryOptions? options = null)
    {
        var repository = await Repository.InitAsync(backend, Password, options ?? Options, TimeProvider.System, Cancellation);
        await repository.LoadIndexAsync(Cancellation);

        return repository;
    }

    public static async Task<Repository> OpenAsync(IRepositoryBackend backend, RepositoryOptions? options = null)
    {
        var repository = await Repository.OpenAsync(backend, Password, options ?? Options, TimeProvider.System, Cancellation);
        await repository.LoadIndexAsync(Cancellation);

        return repository;
    }

    /// <summary>Bytes that do not compress, the same for the same seed.</summary>
    public static byte[] Noise(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);

        return bytes;
    }

    /// <summary>A snapshot of <c>/data</c> with these files, each of one blob for every array.</summary>
    public static async Task<Snapshot> BackUpAsync(
        Repository repository, DateTimeOffset time, IEnumerable<(string Name, byte[][] Content)> files)
    {
        var nodes = new List<Node>();
        foreach (var (name, content) in files.OrderBy(static file => file.Name, StringComparer.Ordinal))
        {
            var ids = new List<ObjectId>();
            foreach (var chunk in content)
            {
                ids.Add((await repository.SaveBlobAsync(BlobType.Data, chunk, Cancellation)).Id);
            }

            nodes.Add(FileNode(name, ids, content.Sum(static chunk => chunk.Length)));
        }

        var data = await repository.SaveBlobAsync(BlobType.Tree, TreeCodec.Encode(nodes), Cancellation);
        var root = await repository.SaveBlobAsync(BlobType.Tree, TreeCodec.Encode([DirectoryNode("data", data.Id)]), Cancellation);
        return await repository.SaveSnapshotAsync(
            new Snapshot { Time = time, Tree = root.Id, Paths = ["/data"], HostName = "test", UserName = "test" }, Cancellation);
    }

    public static Node FileNode(string name, IReadOnlyList<ObjectId>? content, int size) => new()
    {
        Name = new RawName(name),
        Type = NodeType.File,
        Mode = FileMode,
        Size = (ulong)size,
        Links = 1,
        Content = content,
    };

    public static Node DirectoryNode(string name, ObjectId subtree) => new()
    {
        Name = new RawName(name),
        Type = NodeType.Directory,
        Mode = DirectoryMode,
        Subtree = subtree,
    };
}
