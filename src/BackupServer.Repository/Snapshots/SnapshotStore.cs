using System.Text.Json;
using BackupServer.Repository.Documents;

namespace BackupServer.Repository.Snapshots;

/// <summary>The files in <c>snapshots/</c>.</summary>
internal sealed class SnapshotStore(DocumentStore documents, string location)
{
    public async Task<Snapshot> LoadAsync(ObjectId id, CancellationToken cancellationToken)
    {
        var snapshot = await documents.LoadAsync(RepositoryPaths.Snapshots, id, RepositoryJson.Documents.Snapshot, cancellationToken);
        return snapshot with { Id = id };
    }

    public async Task<IReadOnlyList<Snapshot>> ListAsync(CancellationToken cancellationToken)
    {
        var snapshots = new List<Snapshot>();
        foreach (var id in await documents.ListAsync(RepositoryPaths.Snapshots, cancellationToken))
        {
            try
            {
                snapshots.Add(await LoadAsync(id, cancellationToken));
            }
            catch (RepositoryException e) when (e.Kind == RepositoryErrorKind.NotFound)
            {
                // Another program forgot it between the listing and the reading.
                continue;
            }
        }

        return [.. snapshots.OrderBy(static snapshot => snapshot.Time).ThenBy(static snapshot => snapshot.Id)];
    }

    public async Task<Snapshot> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (name == "latest")
        {
            var all = await ListAsync(cancellationToken);
            return all.Count > 0 ? all[^1] : throw new RepositoryException(RepositoryErrorKind.NotFound, $"{location} has no snapshot yet");
        }

        return await LoadAsync(await ResolveAsync(name, cancellationToken), cancellationToken);
    }

    /// <summary>The id that an id, or the beginning of one, means; its file is not read.</summary>
    public async Task<ObjectId> ResolveAsync(string name, CancellationToken cancellationToken)
    {
        var matches = (await documents.ListAsync(RepositoryPaths.Snapshots, cancellationToken))
            .Where(id => name.Length > 0 && id.ToString().StartsWith(name, StringComparison.OrdinalIgnoreCase))
            .ToList();
        return matches.Count switch
        {
            1 => matches[0],
            0 => throw new RepositoryException(
                RepositoryErrorKind.NotFound, $"{location} has no snapshot '{name}'; list the snapshots to see which there are"),
            _ => throw new RepositoryException(
                RepositoryErrorKind.Refused, $"{matches.Count} snapshots of {location} begin with '{name}'; give more digits"),
        };
    }

    public async Task<Snapshot> SaveAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(snapshot, RepositoryJson.Documents.Snapshot);
        return snapshot with { Id = await documents.SaveAsync(RepositoryPaths.Snapshots, json, cancellationToken) };
    }
}
