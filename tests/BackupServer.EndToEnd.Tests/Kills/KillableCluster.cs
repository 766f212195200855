using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.EndToEnd.Tests.Clusters;
using BackupServer.Repository.Browsing;
using BackupServer.Repository.Restoring;

namespace BackupServer.EndToEnd.Tests.Kills;

/// <summary>A cluster with two servers and short leases, a small application in it, and what undisturbed runs of it come to.</summary>
public sealed class KillableCluster : TestCluster
{
    internal const int LargeBytes = 40 << 20;

    internal SmallApplication Application { get; private set; } = null!;

    internal TestLocation Location { get; private set; } = null!;

    /// <summary>The undisturbed backup.</summary>
    internal Backup Undisturbed { get; private set; } = null!;

    /// <summary>Lines of its index, without where in the archive the objects are.</summary>
    internal IReadOnlyList<string> UndisturbedObjects { get; private set; } = [];

    /// <summary>The volume's files as that backup holds them.</summary>
    internal string ReferenceFiles => Path.Combine(Directory, "reference");

    /// <summary>The namespace as an undisturbed restore brings it back.</summary>
    internal IReadOnlyList<string> RestoredObjects { get; private set; } = [];

    internal Restore UndisturbedRestore { get; private set; } = null!;

    protected override int Servers => 2;

    protected override IReadOnlyList<string> ServerArguments => ["--lease-duration", "4s", "--renew-deadline", "3s", "--retry-period", "500ms"];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Location = await TestLocation.CreateAsync(this, "kills");
        Application = await SmallApplication.DeployAsync(this, "small");
        await Application.FillAsync(0, LargeBytes);
        _ = await this.CreateBackupAsync("undisturbed", Spec);
        Undisturbed = await this.EndOfBackupAsync("undisturbed");
        UndisturbedObjects = await IndexAsync(Undisturbed);
        await RestoreFilesAsync(Undisturbed, ReferenceFiles);
        Trees.AssertEqual(await Application.VolumeDirectoryAsync(), ReferenceFiles);
        _ = await this.CreateRestoreAsync("undisturbed", new RestoreSpec { BackupName = "undisturbed", NamespaceMapping = new() { ["small"] = "small-undisturbed" } });
        UndisturbedRestore = await this.EndOfRestoreAsync("undisturbed");
        var restored = new SmallApplication(this, "small-undisturbed");
        Trees.AssertEqual(ReferenceFiles, await restored.VolumeDirectoryAsync());
        RestoredObjects = await restored.ObjectsAsync();
    }

    internal BackupSpec Spec => new()
    {
        IncludedNamespaces = ["small"],
        ExcludedResources = ["events", "events.events.k8s.io"],
        DefaultVolumesToFsBackup = true,
        StorageLocation = Location.Name,
    };

    /// <summary>The objects of a backup by its index.</summary>
    internal async Task<IReadOnlyList<string>> IndexAsync(Backup backup)
    {
        await using var repository = await Location.OpenAsync(TestLocation.ManifestsPath);
        var reader = await SnapshotReader.OpenAsync(repository, backup.Status!.SnapshotId!, Ct);
        var lines = System.Text.Encoding.UTF8.GetString(await reader.ReadFileAsync("/index.jsonl", Ct)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(line =>
        {
            var node = System.Text.Json.Nodes.JsonNode.Parse(line)!.AsObject();
            return string.Join('/', new[] { "group", "version", "resource", "namespace", "name", "uid" }.Select(field => (string?)node[field] ?? ""));
        }).Order(StringComparer.Ordinal)];
    }

    /// <summary>Restores the files of a backup's only volume into a directory, without server and agent.</summary>
    internal async Task RestoreFilesAsync(Backup backup, string directory)
    {
        var volume = Assert.Single(backup.Status!.Volumes!);
        await using var repository = await Location.OpenAsync(TestLocation.VolumesPath("small"));
        var reader = await SnapshotReader.OpenAsync(repository, volume.SnapshotId!, Ct);
        _ = await new Restorer(reader).RestoreAsync(new RestoreOptions { Target = directory, SubPath = "/" + SmallApplication.Claim }, Ct);
    }
}
