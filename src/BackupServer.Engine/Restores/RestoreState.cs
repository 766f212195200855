using System.Collections.Concurrent;
using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Actions;
using BackupServer.Engine.Clusters;
using BackupServer.Engine.Reporting;
using BackupServer.Engine.Restores.Planning;

namespace BackupServer.Engine.Restores;

/// <summary>What a restore run has and found out so far. Shared by its stages; safe for concurrent callers.</summary>
internal sealed class RestoreState(RestoreRequest request, RestorePlan plan, RunJournal journal, ProgressCounter progress)
{
    private readonly int[] _outcomes = new int[Enum.GetValues<ItemOutcome>().Length];
    private int _volumes;
    private long _bytes;

    public RestoreRequest Request { get; } = request;

    public RestorePlan Plan { get; } = plan;

    public RunJournal Journal { get; } = journal;

    public ProgressCounter Progress { get; } = progress;

    /// <summary>Which plugin actions are not asked any more.</summary>
    public ActionPatience Patience { get; } = new(journal);

    /// <summary>What the cluster serves; read again after definitions were restored.</summary>
    public ApiCatalog Catalog { get; set; } = new([]);

    /// <summary>Uids in the backup, and in the cluster.</summary>
    public ConcurrentDictionary<string, string> Uids { get; } = new();

    /// <summary>Namespaces that cannot be written to, with the reason.</summary>
    public ConcurrentDictionary<string, string> ClosedNamespaces { get; } = new();

    /// <summary>Claims, by their names in the cluster, that are missing or lack their data, each with a sentence that says why and what to do. What mounts them is held back.</summary>
    public ConcurrentDictionary<ObjectName, string> LostClaims { get; } = new();

    /// <summary>Objects whose owners were not all there when they were made.</summary>
    public ConcurrentBag<(ResourceType Type, ObjectReference Target, IReadOnlyList<OwnerReference> Owners)> OwnersMissing { get; } = [];

    /// <summary>Objects that this restore made or changed.</summary>
    public ConcurrentBag<(ResourceType Type, ObjectReference Target)> Applied { get; } = [];

    public int Volumes => _volumes;

    public long Bytes => Interlocked.Read(ref _bytes);

    public int Count(ItemOutcome outcome) => Volatile.Read(ref _outcomes[(int)outcome]);

    public void Add(ItemOutcome outcome)
    {
        Interlocked.Increment(ref _outcomes[(int)outcome]);
        Progress.Done();
    }

    public void AddVolume(long bytes)
    {
        Interlocked.Increment(ref _volumes);
        Interlocked.Add(ref _bytes, bytes);
    }
}
