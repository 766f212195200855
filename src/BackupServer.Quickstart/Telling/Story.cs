using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.BackupSchedules;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Kubernetes.Writes;
using BackupServer.Quickstart.Applying;
using BackupServer.Quickstart.Clusters;
using BackupServer.Quickstart.Comparing;
using BackupServer.Quickstart.Filling;
using BackupServer.Quickstart.Processes;

namespace BackupServer.Quickstart.Telling;

/// <summary>The whole story: an application is backed up on a schedule, changed, backed up again, lost, restored, copied, and moved to another cluster; and compared each time.</summary>
internal sealed class Story(QuickstartOptions options, Application application, Steps steps, ProcessGroup processes) : IAsyncDisposable
{
    private const string Schedule = "shop-often";
    private const string Location = "default";
    private const long SmallestChange = 1 << 20;
    private readonly Verdict _verdict = new();
    private readonly CancellationToken _stop = processes.Stop;
    private StoryCluster? _home;
    private StoryCluster? _away;
    private int _pods;

    /// <summary>What came of the comparisons.</summary>
    public Verdict Verdict => _verdict;

    /// <summary>The first cluster.</summary>
    public StoryCluster Home => _home ?? throw new InvalidOperationException("The story has not begun.");

    private string Reference => Path.Combine(options.Data, "reference");

    /// <summary>Tells it.</summary>
    public async Task TellAsync()
    {
        await BeginAsync();
        await FillAsync();
        var (first, second) = await BackUpTwiceAsync();
        var before = await RememberAsync();
        await LoseAndRestoreAsync(second, before);
        await CopyAsync(second, before);
        await MoveAsync(first, second, before);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(new[] { _away, _home }.OfType<StoryCluster>().Select(c => c.DisposeAsync().AsTask()));
    }

    private async Task BeginAsync()
    {
        await steps.TellAsync("start a cluster", async () =>
        {
            _home = await StoryCluster.StartAsync("home", options.Data, processes);
            return $"{Home.Client.Configuration.Server}, Kubernetes {await Home.Client.GetServerVersionAsync(_stop)}";
        });
        await steps.TellAsync("install the definitions, start server and agent", async () =>
        {
            await Home.InstallAsync(_stop);
            return "";
        });
        await steps.TellAsync("apply the application", async () =>
        {
            await new Applier(Home.Client).ApplyAsync(application.Objects, _stop);
            _pods = await new Workloads(Home).ReadyAsync(application.Namespaces, 1, _stop);
            return $"{application.Objects.Count} manifests in {string.Join(", ", application.Namespaces)}, {_pods} pods ready";
        });
    }

    private Task FillAsync() => steps.TellAsync("fill the volumes with awkward files", async () =>
    {
        var volumes = await new Workloads(Home).VolumesAsync(application.Namespaces, _stop);
        var filler = new AwkwardFiles(seed: 1);
        foreach (var (volume, i) in volumes.Select((v, i) => (v, i)))
        {
            if (i == 0)
            {
                filler.Fill(volume.Directory);
            }
            else
            {
                await File.WriteAllTextAsync(Path.Combine(volume.Directory, "claim.txt"), volume.Claim.ToString(), _stop);
            }
        }

        return $"{volumes.Count} volumes{(filler.HasAttributes ? "" : "; this file system has no extended attributes")}";
    });

    private async Task<(Backup First, Backup Second)> BackUpTwiceAsync()
    {
        await steps.TellAsync("create a storage location and a schedule", async () =>
        {
            _ = await Home.BackupctlAsync(["location", "create", Location, "--url", options.Location, "--default"], _stop);
            await new Runs(Home).LocationAsync(Location, _stop);
            _ = await Home.Client.CreateAsync(
                new BackupSchedule
                {
                    Metadata = new ObjectMeta { Name = Schedule, Namespace = StoryCluster.ServerNamespace },
                    Spec = new BackupScheduleSpec
                    {
                        Schedule = "@every 3s",
                        Template = new BackupSpec { IncludedNamespaces = application.Namespaces, DefaultVolumesToFsBackup = true },
                    },
                },
                cancellationToken: _stop);
            return options.Location;
        });
        var first = await steps.TellAsync("the schedule fires, the first backup", async () =>
        {
            var backup = await FromScheduleAsync(0);
            return (backup, Words(backup));
        });
        await steps.TellAsync("change 1 % of the files and one object", async () =>
        {
            var volumes = await new Workloads(Home).VolumesAsync(application.Namespaces, _stop);
            volumes.Take(1).ToList().ForEach(v => new AwkwardFiles(seed: 2).ChangeOnePercent(v.Directory));
            var change = new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["quickstart.example.com/changed"] = "yes" } } };
            _ = await Home.Client.PatchAsync(new GroupVersionResource("", "v1", "namespaces"), null, application.Namespaces[0], Patch.Merge(change), cancellationToken: _stop);
            return "";
        });
        var second = await steps.TellAsync("the second backup adds only the change", async () =>
        {
            await new Runs(Home).PauseAsync(Schedule, paused: false, _stop);
            var backup = await FromScheduleAsync(1);
            return (backup, Words(backup));
        });
        var (all, added) = (first.Status!.Size!.Added, second.Status!.Size!.Added);
        return added <= Math.Max(all / 10, SmallestChange)
            ? (first, second)
            : throw new StoryException($"the second backup added {Bytes(added)} although 1 % had changed; the first added {Bytes(all)}");
    }

    /// <summary>The schedule is paused as soon as its backup exists, so that the story has no more than it tells of.</summary>
    private async Task<Backup> FromScheduleAsync(int after)
    {
        var runs = new Runs(Home);
        var backup = await runs.ScheduledAsync(Schedule, after, () => runs.PauseAsync(Schedule, paused: true, _stop), _stop);
        return backup;
    }

    private Task<ApplicationState> RememberAsync() => steps.TellAsync("remember objects and files", async () =>
    {
        foreach (var volume in await new Workloads(Home).VolumesAsync(application.Namespaces, _stop))
        {
            var copy = Path.Combine(Reference, volume.Claim.Namespace, volume.Claim.Name);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            await ReferenceCopy.MakeAsync(volume.Directory, copy, _stop);
        }

        var state = await StateAsync(Home, application.Namespaces.ToDictionary(n => n, n => n));
        return (state, $"{state.Count} objects");
    });

    private async Task LoseAndRestoreAsync(Backup backup, ApplicationState before)
    {
        await steps.TellAsync("delete the application", async () =>
        {
            await new Deleter(Home.Client).DeleteAsync(application.Namespaces, _stop);
            return string.Join(", ", application.Namespaces);
        });
        await RestoreAndCompareAsync("restore it", Home, "restore", new RestoreSpec { BackupName = backup.Metadata.Name }, application.Namespaces.ToDictionary(n => n, n => n), before);
    }

    private Task CopyAsync(Backup backup, ApplicationState before)
    {
        var mapping = application.Namespaces.ToDictionary(n => n, n => n + "-copy");
        return RestoreAndCompareAsync(
            $"restore it as {string.Join(", ", mapping.Values)}", Home, "copy", new RestoreSpec { BackupName = backup.Metadata.Name, NamespaceMapping = mapping },
            mapping.ToDictionary(m => m.Value, m => m.Key), before);
    }

    private async Task MoveAsync(Backup first, Backup second, ApplicationState before)
    {
        await steps.TellAsync("start another cluster on the same location", async () =>
        {
            var password = await Home.Client.GetAsync(new GroupVersionResource("", "v1", "secrets"), StoryCluster.ServerNamespace, $"backupserver-{Location}", _stop);
            _away = await StoryCluster.StartAsync("away", options.Data, processes);
            await _away.InstallAsync(_stop);
            await new Applier(_away.Client).ApplyAsync([OnlyData(password)], _stop);
            _ = await _away.BackupctlAsync(["location", "create", Location, "--url", options.Location, "--default"], _stop);
            await new Runs(_away).LocationAsync(Location, _stop);
            return $"{_away.Client.Configuration.Server}";
        });
        await steps.TellAsync("it finds the backups", async () =>
        {
            _ = await new Runs(_away!).BackupAsync(first.Metadata.Name, _stop);
            _ = await new Runs(_away!).BackupAsync(second.Metadata.Name, _stop);
            return $"{first.Metadata.Name}, {second.Metadata.Name}";
        });
        await RestoreAndCompareAsync(
            "restore there", _away!, "move", new RestoreSpec { BackupName = second.Metadata.Name }, application.Namespaces.ToDictionary(n => n, n => n), before);
    }

    private async Task RestoreAndCompareAsync(
        string what, StoryCluster cluster, string name, RestoreSpec spec, Dictionary<string, string> comparedAs, ApplicationState before)
    {
        await steps.TellAsync(what, async () =>
        {
            var restore = await new Runs(cluster).RestoreAsync(name, spec, _stop);
            _ = await new Workloads(cluster).ReadyAsync(comparedAs.Keys, _pods, _stop);
            return $"{restore.Status!.Progress!.ItemsRestored} objects, {Bytes(restore.Status.Progress.BytesDone)} of volumes";
        });
        await steps.TellAsync("compare", async () =>
        {
            var objects = _verdict.Compare(name, before, await StateAsync(cluster, comparedAs));
            var files = new List<string>();
            foreach (var volume in await new Workloads(cluster).VolumesAsync(comparedAs.Keys, _stop))
            {
                var expected = Path.Combine(Reference, comparedAs[volume.Claim.Namespace], volume.Claim.Name);
                files.Add($"{volume.Claim.Name} {_verdict.Compare($"{name} {volume.Claim}", expected, volume.Directory, _stop)}");
            }

            return $"{objects}; {string.Join("; ", files)}";
        });
    }

    private async Task<ApplicationState> StateAsync(StoryCluster cluster, Dictionary<string, string> comparedAs) =>
        await ApplicationState.ReadAsync(cluster.Client, comparedAs, await application.ClusterScopedAsync(cluster.Client, _stop), _stop);

    private static JsonObject OnlyData(RawObject secret)
    {
        var node = secret.ToNode();
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Secret",
            ["metadata"] = new JsonObject { ["name"] = secret.Metadata.Name, ["namespace"] = secret.Metadata.Namespace },
            ["data"] = node["data"]!.DeepClone(),
        };
    }

    private static string Words(Backup backup)
    {
        var (progress, size) = (backup.Status!.Progress!, backup.Status.Size!);
        return $"{backup.Metadata.Name} is {backup.Status.Phase}, {progress.ItemsBackedUp} objects, {Bytes(size.Raw)}, of these {Bytes(size.Added)} new, {Bytes(size.Stored)} written";
    }

    private static string Bytes(long bytes) => bytes < 10 << 20 ? $"{bytes / 1024.0:0.0} KiB" : $"{bytes / 1048576.0:0.0} MiB";
}
