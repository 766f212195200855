using BackupServer.Repository.Browsing;
using BackupServer.Repository.Files;
using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Restoring;

/// <summary>
/// What a restore will do, told from the snapshot and the target without reading any content. Making it changes nothing. It is for the moment: whatever
/// changes in the target afterwards is met by the restore itself.
/// </summary>
public sealed class RestorePlan
{
    /// <summary>Entries that are listed; more are only counted.</summary>
    public const int MaximumEntries = 100_000;

    private readonly SnapshotReader _snapshot;
    private readonly RestoreOptions _options;
    private readonly RestoreFilter _filter;
    private readonly List<PlannedEntry> _entries = [];
    private readonly Dictionary<RestoreAction, long> _counts = [];

    private RestorePlan(SnapshotReader snapshot, RestoreOptions options) => (_snapshot, _options, _filter) = (snapshot, options, new RestoreFilter(options));

    /// <summary>What is done to which path, in the order of the snapshot; at most <see cref="MaximumEntries"/>.</summary>
    public IReadOnlyList<PlannedEntry> Entries => _entries;

    /// <summary>Bytes of the files that are created or compared.</summary>
    public long Bytes { get; private set; }

    /// <summary>How many entries an action is planned for.</summary>
    public long Count(RestoreAction action) => _counts.GetValueOrDefault(action);

    /// <summary>Plans. The index must be loaded; the caller holds the repository's lock.</summary>
    /// <exception cref="FormatException">An include or exclude is not a pattern.</exception>
    /// <exception cref="RepositoryException">The sub-path does not exist, or a tree is missing or damaged.</exception>
    public static async Task<RestorePlan> CreateAsync(SnapshotReader snapshot, RestoreOptions options, CancellationToken cancellationToken)
    {
        var plan = new RestorePlan(snapshot, options);
        await plan.FillAsync(cancellationToken);
        return plan;
    }

    /// <summary>Restores; errors and result are those of <see cref="Restorer.RestoreAsync"/>.</summary>
    public Task<RestoreResult> ExecuteAsync(CancellationToken cancellationToken) => new Restorer(_snapshot).RestoreAsync(_options, cancellationToken);

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        var start = await _snapshot.RequireAsync(_options.SubPath, cancellationToken);
        var root = new RestoreFrame(null, default, null, null, included: false);
        if (start.Node.Subtree is not { } tree)
        {
            Plan(root, start.Node, new HashSet<RawName>());
            return;
        }

        var open = new Stack<(RestoreFrame Frame, TreeReader Reader, HashSet<RawName> Names, bool Exists)>();
        open.Push((root, await ReadAsync(tree, cancellationToken), [], Directory.Exists(_options.Target)));
        while (open.TryPeek(out var directory))
        {
            if (directory.Reader.Read() is not { } node)
            {
                open.Pop();
                PlanDeletions(directory.Frame, directory.Names, directory.Exists);
                continue;
            }

            if (Plan(directory.Frame, node, directory.Names) is { } below)
            {
                open.Push((below, await ReadAsync(node.Subtree!.Value, cancellationToken), [], directory.Exists && IsDirectory(PlaceOf(directory.Frame, node.Name))));
            }
        }
    }

    /// <summary>Plans one entry; the frame of a directory that must be entered.</summary>
    private RestoreFrame? Plan(RestoreFrame frame, Node node, HashSet<RawName> names)
    {
        names.Add(node.Name);
        if (!node.Name.IsEntryName)
        {
            return null;
        }

        var (wanted, enter) = _filter.Decide(frame, node.Name);
        if (wanted)
        {
            Add(frame, node.Name, ActionFor(frame, node), (long)node.Size);
        }

        return enter && node is { Type: NodeType.Directory, Subtree: not null }
            ? new RestoreFrame(frame, node.Name, node, null, wanted && _filter.HasIncludes)
            : null;
    }

    private RestoreAction ActionFor(RestoreFrame frame, Node node)
    {
        var place = PlaceOf(frame, node.Name);
        var file = new FileInfo(place);
        var isLink = file.LinkTarget is not null;
        if (!isLink && !Path.Exists(place))
        {
            return RestoreAction.Create;
        }

        if (node.Type == NodeType.Directory)
        {
            return !isLink && Directory.Exists(place) ? RestoreAction.Keep : RestoreAction.Replace;
        }

        var modified = NodeTime.From(file.LastWriteTimeUtc);
        if (_options.Overwrite == RestoreOverwrite.Never || (_options.Overwrite == RestoreOverwrite.IfNewer && node.ModifiedAt.CompareTo(modified) <= 0))
        {
            return RestoreAction.Keep;
        }

        if (node.Type != NodeType.File || isLink || Directory.Exists(place))
        {
            return RestoreAction.Replace;
        }

        // .NET tells 100 ns: a file whose time agrees as far as that goes counts as the same here, and is compared exactly when it is restored.
        var same = (ulong)file.Length == node.Size && node.ModifiedAt.ToDateTimeOffset() == modified.ToDateTimeOffset();
        return same && _options.Overwrite == RestoreOverwrite.IfChanged ? RestoreAction.Keep : RestoreAction.Compare;
    }

    private void PlanDeletions(RestoreFrame frame, HashSet<RawName> names, bool exists)
    {
        if (!_options.Delete || !exists)
        {
            return;
        }

        using var handle = DirectoryHandle.Open(PlaceOf(frame, default));
        foreach (var entry in handle.List().Where(entry => !names.Contains(entry.Name) && _filter.Decide(frame, entry.Name).Wanted))
        {
            Add(frame, entry.Name, RestoreAction.Delete, 0);
        }
    }

    private void Add(RestoreFrame frame, RawName name, RestoreAction action, long bytes)
    {
        _counts[action] = Count(action) + 1;
        Bytes += action is RestoreAction.Create or RestoreAction.Compare or RestoreAction.Replace ? bytes : 0;
        if (_entries.Count < MaximumEntries)
        {
            _entries.Add(new PlannedEntry(frame.PathOf(name).ToString(), action, bytes));
        }
    }

    // A restore replaces links, it never goes through them.
    private static bool IsDirectory(string place) => Directory.Exists(place) && new FileInfo(place).LinkTarget is null;

    private string PlaceOf(RestoreFrame frame, RawName name) => Path.Combine(
        [_options.Target, .. frame.PartsOf(name).Where(static part => !part.IsEmpty).Select(static part => System.Text.Encoding.UTF8.GetString(part.Span))]);

    private async Task<TreeReader> ReadAsync(ObjectId tree, CancellationToken cancellationToken) => new(await _snapshot.LoadTreeAsync(tree, cancellationToken));
}
