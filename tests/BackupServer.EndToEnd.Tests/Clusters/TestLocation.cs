using System.Text;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.EndToEnd.Tests.Processes;
using BackupServer.Repository.Backends;
using BackupServer.Repository.Snapshots;

namespace BackupServer.EndToEnd.Tests.Clusters;

/// <summary>A storage location of a test, in a directory of its own.</summary>
internal sealed class TestLocation(TestCluster cluster, string name, string directory)
{
    /// <summary>Path of the repository with the objects.</summary>
    public const string ManifestsPath = "repositories/manifests";

    private static readonly GroupVersionResource Secrets = new("", "v1", "secrets");

    public string Name { get; } = name;

    public string Directory { get; } = directory;

    /// <summary>Path of the repository with the volumes of a namespace.</summary>
    public static string VolumesPath(string ns) => "repositories/volumes/" + ns;

    /// <summary>Makes a location and waits until it can be used.</summary>
    public static async Task<TestLocation> CreateAsync(TestCluster cluster, string name)
    {
        var directory = System.IO.Directory.CreateDirectory(Path.Combine(cluster.Directory, "locations", name)).FullName;
        var location = await CreateAsync(cluster, name, directory, new BackupStorageLocationSpec());
        _ = await location.WaitAsync(BackupStorageLocationPhase.Available);
        return location;
    }

    /// <summary>Makes a location of any kind.</summary>
    public static async Task<TestLocation> CreateAsync(TestCluster cluster, string name, string directory, BackupStorageLocationSpec spec)
    {
        _ = await cluster.Client.CreateAsync(
            new BackupStorageLocation
            {
                Metadata = new ObjectMeta { Name = name, Namespace = TestCluster.ServerNamespace },
                Spec = spec with
                {
                    Provider = spec.Provider.Length > 0 ? spec.Provider : "FileSystem",
                    ObjectStorage = new ObjectStorageSpec { Bucket = directory },
                    ValidationFrequency = spec.ValidationFrequency ?? TimeSpan.FromSeconds(2),
                },
            },
            cancellationToken: TestCluster.Ct);
        return new TestLocation(cluster, name, directory);
    }

    /// <summary>Waits for a phase.</summary>
    public Task<BackupStorageLocation> WaitAsync(BackupStorageLocationPhase phase) => Eventually.GetAsync(
        () => cluster.Client.GetAsync<BackupStorageLocation>(TestCluster.ServerNamespace, Name, TestCluster.Ct),
        l => l.Status?.Phase == phase, l => $"location {Name} is {l.Status?.Phase}, not {phase}: {l.Status?.Message}");

    /// <summary>The password of its repositories.</summary>
    public async Task<string> PasswordAsync()
    {
        var secret = await cluster.Client.GetAsync(Secrets, TestCluster.ServerNamespace, $"backupserver-{Name}", TestCluster.Ct);
        return Encoding.UTF8.GetString(Convert.FromBase64String((string)secret.ToNode()["data"]!["password"]!));
    }

    /// <summary>Opens a repository of it, with its index.</summary>
    public async Task<Repository.Repository> OpenAsync(string path)
    {
        var repository = await Repository.Repository.OpenAsync(
            new LocalBackend(Path.Combine(Directory, path), TimeProvider.System), await PasswordAsync(), new Repository.RepositoryOptions(), TimeProvider.System, TestCluster.Ct);
        await repository.LoadIndexAsync(TestCluster.Ct);
        return repository;
    }

    /// <summary>The snapshots of a repository that carry a tag.</summary>
    public async Task<List<Snapshot>> SnapshotsAsync(string path, string tag)
    {
        if (!File.Exists(Path.Combine(Directory, path, "config")))
        {
            return [];
        }

        await using var repository = await OpenAsync(path);
        return [.. (await repository.ListSnapshotsAsync(TestCluster.Ct)).Where(s => s.Tags?.Contains(tag) == true)];
    }

    /// <summary>Runs stock restic on a repository of it.</summary>
    public async Task<ProgramResult> ResticAsync(string path, params string[] arguments) => await ProgramProcess.RunAsync(
        "restic", ["--no-cache", .. arguments],
        new Dictionary<string, string> { ["RESTIC_REPOSITORY"] = Path.Combine(Directory, path), ["RESTIC_PASSWORD"] = await PasswordAsync() });
}
