using System.Collections.Concurrent;
using BackupServer.Abstractions.Plugins.DataMovers;
using BackupServer.Abstractions.Resources;
using BackupServer.Engine.Volumes;

namespace BackupServer.Engine.Tests.Support;

/// <summary>Agents that keep a volume's content as a text. Work is known by run and key, as the contract says.</summary>
internal sealed class InMemoryAgents : IVolumeCopier
{
    private readonly ConcurrentDictionary<(string Run, string Key), VolumeBackupOutcome> _backups = new();
    private readonly ConcurrentDictionary<(string Run, string Key), VolumeRestoreOutcome> _restores = new();

    /// <summary>Content of claims, by <c>namespace/claim</c>.</summary>
    public ConcurrentDictionary<string, string> Claims { get; } = new();

    /// <summary>Content of snapshots, by id.</summary>
    public ConcurrentDictionary<string, string> Snapshots { get; } = new();

    public HashSet<string> Nodes { get; } = ["node-1"];

    public Action<string, string> Before { get; set; } = (_, _) => { };

    public Action<string, string> After { get; set; } = (_, _) => { };

    /// <summary>A copy waits for this before it ends.</summary>
    public TaskCompletionSource? Hold { get; set; }

    /// <summary>Completed when a copy has begun.</summary>
    public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Func<VolumeBackupWork, VolumeBackupOutcome?> Answer { get; set; } = _ => null;

    /// <summary>May answer a restore in place of the agents.</summary>
    public Func<VolumeRestoreWork, VolumeRestoreOutcome?> AnswerRestore { get; set; } = _ => null;

    public int Copies { get; private set; }

    public List<string> Stopped { get; } = [];

    public Task<IReadOnlySet<string>> NodesWithAgentAsync(CancellationToken cancellationToken)
    {
        Before("nodes", "");
        return Task.FromResult<IReadOnlySet<string>>(Nodes);
    }

    public async Task<VolumeBackupOutcome> BackupAsync(VolumeBackupWork work, IProgress<VolumeProgress> progress, CancellationToken cancellationToken)
    {
        Before("back up", work.Key);
        Begun.TrySetResult();
        if (Hold is { } hold)
        {
            await hold.Task.WaitAsync(cancellationToken);
        }

        var outcome = _backups.GetOrAdd((work.RunUid, work.Key), _ => Answer(work) ?? Copy(work));
        progress.Report(new VolumeProgress(outcome.Files, outcome.Bytes, outcome.Bytes));
        After("back up", work.Key);
        return outcome;
    }

    public Task<VolumeRestoreOutcome> RestoreAsync(VolumeRestoreWork work, IProgress<VolumeProgress> progress, CancellationToken cancellationToken)
    {
        Before("restore", work.Key);
        var outcome = _restores.GetOrAdd((work.RunUid, work.Key), _ =>
        {
            if (AnswerRestore(work) is { } answer)
            {
                return answer;
            }

            Claims[work.Key] = Snapshots[work.SnapshotId];
            return new VolumeRestoreOutcome { Files = 1, Bytes = Claims[work.Key].Length };
        });
        After("restore", work.Key);
        return Task.FromResult(outcome);
    }

    public Task StopAsync(string runUid, string? key, CancellationToken cancellationToken)
    {
        Stopped.Add($"{runUid} {key}");
        return Task.CompletedTask;
    }

    private VolumeBackupOutcome Copy(VolumeBackupWork work)
    {
        var id = $"snapshot-{++Copies}";
        var content = Claims.GetValueOrDefault(work.Key, "");
        Snapshots[id] = content;
        return new VolumeBackupOutcome { SnapshotId = id, Files = 1, Bytes = content.Length, BytesAdded = content.Length, BytesStored = content.Length, Verification = new DataVerification { Mode = work.Verification, NewPacks = 1, NewPacksRead = 1 } };
    }
}
