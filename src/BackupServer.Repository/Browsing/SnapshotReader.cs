using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using BackupServer.Repository.Nodes;
using BackupServer.Repository.Packing;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Repository.Browsing;

/// <summary>
/// Reads one snapshot: lists, walks, and opens files at any offset. Paths begin at the snapshot's root; a leading slash and doubled slashes do not matter,
/// links are not followed. Nothing is written anywhere. Safe for concurrent use. The repository's index must be loaded.
/// </summary>
public sealed class SnapshotReader(Repository repository, Snapshot snapshot)
{
    private static readonly RawName RootPath = new("/");

    private readonly TreeCache _trees = new(repository);

    /// <summary>The snapshot that is read.</summary>
    public Snapshot Snapshot { get; } = snapshot;

    internal Repository Repository { get; } = repository;

    /// <summary>Opens a snapshot by id, by a unique beginning of its id, or as <c>latest</c>.</summary>
    /// <exception cref="RepositoryException">There is none, or several begin so.</exception>
    public static async Task<SnapshotReader> OpenAsync(Repository repository, string name, CancellationToken cancellationToken) =>
        new(repository, await repository.FindSnapshotAsync(name, cancellationToken));

    /// <summary>The entry at a path, or null when there is none. The root is a directory without metadata of its own.</summary>
    /// <exception cref="RepositoryException">A tree on the way is missing or damaged.</exception>
    public Task<SnapshotEntry?> FindAsync(string path, CancellationToken cancellationToken) => FindAsync(new RawName(path), cancellationToken);

    /// <inheritdoc cref="FindAsync(string, CancellationToken)"/>
    public async Task<SnapshotEntry?> FindAsync(RawName path, CancellationToken cancellationToken)
    {
        SnapshotEntry current = new(RootPath, new Node { Name = default, Type = NodeType.Directory, Mode = NodeMode.Directory | 0x1ED, Subtree = Snapshot.Tree });
        foreach (RawName part in path.Split())
        {
            if (current.Node.Subtree is not { } tree)
            {
                return null;
            }

            TreeReader reader = new(await _trees.GetAsync(tree, cancellationToken));
            Node? node;
            do
            {
                node = Read(reader, tree);
            }
            while (node is not null && node.Name != part);

            if (node is null)
            {
                return null;
            }

            current = new SnapshotEntry(current.Path.Append(part), node);
        }

        return current;
    }

    /// <summary>The entries of a directory in the order of the tree; of a file, the file itself.</summary>
    /// <exception cref="RepositoryException"><see cref="RepositoryErrorKind.NotFound"/>: the path does not exist; otherwise a tree is missing or damaged.</exception>
    public IAsyncEnumerable<SnapshotEntry> ListAsync(string path, CancellationToken cancellationToken) =>
        EnumerateAsync(path, recursive: false, cancellationToken);

    /// <summary>All entries below a directory, each directory before its entries; of a file, the file itself.</summary>
    /// <exception cref="RepositoryException"><see cref="RepositoryErrorKind.NotFound"/>: the path does not exist; otherwise a tree is missing or damaged.</exception>
    public IAsyncEnumerable<SnapshotEntry> WalkAsync(string path, CancellationToken cancellationToken) =>
        EnumerateAsync(path, recursive: true, cancellationToken);

    /// <summary>A reader of the same snapshot whose paths begin at one of its directories.</summary>
    /// <exception cref="RepositoryException"><see cref="RepositoryErrorKind.NotFound"/>: there is no such directory.</exception>
    public async Task<SnapshotReader> BelowAsync(string path, CancellationToken cancellationToken) =>
        new(Repository, Snapshot with
        {
            Tree = (await RequireAsync(path, cancellationToken)).Node.Subtree ?? throw new RepositoryException(
                RepositoryErrorKind.NotFound, $"'{path}' of snapshot {Snapshot.Id.ToShortString()} is not a directory"),
        });

    /// <summary>Opens a file of the snapshot for reading at any position.</summary>
    /// <exception cref="RepositoryException"><see cref="RepositoryErrorKind.NotFound"/>: there is no such file, or a part of it is missing.</exception>
    public async Task<Stream> OpenFileAsync(string path, CancellationToken cancellationToken) =>
        OpenContent((await RequireAsync(path, cancellationToken)).Node);

    /// <summary>The whole content of a small file.</summary>
    /// <exception cref="RepositoryException"><see cref="RepositoryErrorKind.NotFound"/>: there is no such file, or a part of it is missing.</exception>
    public async Task<byte[]> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        await using Stream content = await OpenFileAsync(path, cancellationToken);
        if (content.Length > BlobLimits.File)
        {
            throw new RepositoryException(
                RepositoryErrorKind.Refused, $"'{path}' of snapshot {Snapshot.Id.ToShortString()} has {content.Length} bytes, too many to be read at once");
        }

        byte[] bytes = new byte[content.Length];
        await content.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    /// <summary>Opens the content of a node that this reader returned.</summary>
    /// <exception cref="RepositoryException"><see cref="RepositoryErrorKind.NotFound"/>: it is not a file, or a part of it is missing.</exception>
    public Stream OpenContent(Node node) => node is { Type: NodeType.File, Content: { } content }
        ? new SnapshotFileStream(Repository, content)
        : throw new RepositoryException(RepositoryErrorKind.NotFound, $"'{node.Name}' is not a file in snapshot {Snapshot.Id.ToShortString()} but: {node.Type}");

    internal ValueTask<byte[]> LoadTreeAsync(ObjectId tree, CancellationToken cancellationToken) => _trees.GetAsync(tree, cancellationToken);

    internal async Task<SnapshotEntry> RequireAsync(string path, CancellationToken cancellationToken) =>
        await FindAsync(path, cancellationToken) ?? throw new RepositoryException(
            RepositoryErrorKind.NotFound,
            $"snapshot {Snapshot.Id.ToShortString()} has no '{path}'; list it to see its paths");

    private async IAsyncEnumerable<SnapshotEntry> EnumerateAsync(
        string path, bool recursive, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        SnapshotEntry start = await RequireAsync(path, cancellationToken);
        if (start.Node.Subtree is not { } first)
        {
            yield return start;
            yield break;
        }

        // An own stack: a hostile snapshot is deeper than the thread's.
        // One path for all levels, of which each knows its length: a path of its own for each would take the square of the depth.
        List<byte> current = [.. start.Path.Span];
        Stack<(int PathLength, ObjectId Tree, TreeReader Reader)> open = new();
        open.Push((current.Count, first, new TreeReader(await _trees.GetAsync(first, cancellationToken))));
        while (open.TryPeek(out (int PathLength, ObjectId Tree, TreeReader Reader) directory))
        {
            if (Read(directory.Reader, directory.Tree) is not { } node)
            {
                open.Pop();
                continue;
            }

            CollectionsMarshal.SetCount(current, directory.PathLength);
            SnapshotEntry entry = new(new RawName(CollectionsMarshal.AsSpan(current).ToArray()).Append(node.Name), node);
            yield return entry;
            if (recursive && node is { Type: NodeType.Directory, Subtree: { } below })
            {
                CollectionsMarshal.SetCount(current, entry.Path.Length);
                entry.Path.Span.CopyTo(CollectionsMarshal.AsSpan(current));
                open.Push((entry.Path.Length, below, new TreeReader(await _trees.GetAsync(below, cancellationToken))));
            }
        }
    }

    private Node? Read(TreeReader reader, ObjectId tree)
    {
        try
        {
            return reader.Read();
        }
        catch (TreeFormatException e)
        {
            throw new RepositoryException(
                RepositoryErrorKind.Damaged, $"tree {tree} of snapshot {Snapshot.Id.ToShortString()} is damaged: {e.Message}; a check tells which paths it affects", e);
        }
    }
}
