using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Plugins;
using BackupServer.Abstractions.Plugins.DataMovers;
using BackupServer.Abstractions.Plugins.ItemActions;
using BackupServer.Abstractions.Plugins.ObjectStores;

[assembly: Plugin(typeof(Misbehaving), PluginContract.Version)]

/// <summary>Misbehaves as the bucket, the object's name or the file "how" in the volume says.</summary>
public sealed class Misbehaving : IPlugin, IObjectStoreProvider, IBackupItemAction
{
    public string Name => "Misbehaving";
    public string UrlScheme => "misbehaving";
    public ItemSelector AppliesTo { get; } = new() { Resources = new[] { new GroupResource("", "configmaps") }, Namespaces = new[] { "mischief" } };

    public void Register(IPluginRegistry registry)
    {
        registry.Add((IObjectStoreProvider)this);
        registry.Add((IBackupItemAction)this);
        registry.Add((IDataMover)new Mover());
    }

    public IReadOnlyList<string> Validate(ObjectStoreConfiguration configuration) =>
        configuration.Bucket == "throws-early" ? throw new InvalidCastException("no validation today") : new List<string>();

    public ObjectStoreConfiguration ParseUrl(string address) => throw new FormatException("misbehaving:<bucket>");

    public ValueTask<IObjectStore> OpenAsync(ObjectStoreConfiguration configuration, CancellationToken cancellationToken) =>
        configuration.Bucket == "nonsense" ? new((IObjectStore)null) : throw new InvalidOperationException("no store today");

    public async ValueTask<BackupItemActionResult> ExecuteAsync(BackupItem item, CancellationToken cancellationToken)
    {
        switch (item.Object.Metadata.Name)
        {
            case "throws":
                throw new InvalidOperationException("no action today");
            case "hangs":
                await Task.Delay(Timeout.Infinite, CancellationToken.None);
                return null;
            case "nonsense":
                return null;
            default:
                return BackupItemActionResult.Unchanged;
        }
    }

    private sealed class Mover : IDataMover
    {
        public string Name => "FileCopy";

        public async Task<VolumeBackupResult> BackupAsync(VolumeBackupJob job, IProgress<VolumeProgress> progress, CancellationToken cancellationToken)
        {
            switch (File.ReadAllText(Path.Combine(job.SourcePath, "how")))
            {
                case "hangs":
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                    return null;
                case "nonsense":
                    return null;
                case "invents":
                    return new VolumeBackupResult { SnapshotId = new string('0', 64) };
                default:
                    throw new InvalidOperationException("no copy today");
            }
        }

        public Task<VolumeRestoreResult> RestoreAsync(VolumeRestoreJob job, IProgress<VolumeProgress> progress, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
