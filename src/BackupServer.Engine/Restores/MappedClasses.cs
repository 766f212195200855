using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Clusters;
using BackupServer.Engine.Reporting;
using BackupServer.Engine.Restores.Planning;
using BackupServer.Engine.Selecting;

namespace BackupServer.Engine.Restores;

/// <summary>Looks before anything is created whether the StorageClasses that a mapping leads to are there.</summary>
internal static class MappedClasses
{
    /// <summary>A refusal for each class that neither the cluster has nor the restore brings.</summary>
    public static async Task<IReadOnlyList<RunMessage>> RefusalsAsync(
        RestorePlan plan, Dictionary<string, string>? mapping, ApiCatalog catalog, IClusterReader reader, CancellationToken cancellationToken)
    {
        var brought = plan.Items.Where(item => item.Target.Resource == WellKnown.StorageClasses).Select(item => item.Target.Name.Name).ToHashSet();
        var refusals = new List<RunMessage>();
        foreach (var (from, to) in (mapping ?? []).Where(entry => !brought.Contains(entry.Value)))
        {
            if (!await ExistsAsync(catalog, reader, to, cancellationToken))
            {
                refusals.Add(new RunMessage(
                    $"spec.storageClassMapping[{from}]", $"\"{to}\": the cluster has no StorageClass of this name, and the restore brings none. See kubectl get storageclasses; nothing was changed."));
            }
        }

        return refusals;
    }

    /// <summary>Whether the cluster has a class.</summary>
    public static async Task<bool> ExistsAsync(ApiCatalog catalog, IClusterReader reader, string name, CancellationToken cancellationToken) =>
        catalog.Find(WellKnown.StorageClasses) is { } type && await reader.GetAsync(type, new ObjectName("", name), cancellationToken) is not null;
}
