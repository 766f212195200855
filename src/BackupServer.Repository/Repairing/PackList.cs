namespace BackupServer.Repository.Repairing;

/// <summary>The packs that exist.</summary>
internal static class PackList
{
    /// <summary>Names and sizes.</summary>
    public static async Task<Dictionary<ObjectId, long>> ReadAsync(Repository repository, CancellationToken cancellationToken)
    {
        var sizes = new Dictionary<ObjectId, long>();
        await foreach (var file in repository.Backend.ListAsync(RepositoryPaths.Data, cancellationToken))
        {
            if (ObjectId.TryParse(file.Name, out var id))
            {
                sizes[id] = file.Size;
            }
        }

        return sizes;
    }
}
