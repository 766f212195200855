using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.Engine.Clusters;

namespace BackupServer.Server.Validation;

/// <summary>What specifications are checked against.</summary>
public sealed record ValidationContext
{
    /// <summary>Namespace of the server: objects in it may concern the whole cluster, objects elsewhere only their own namespace.</summary>
    public required string ServerNamespace { get; init; }

    /// <summary>Storage locations in the server's namespace.</summary>
    public required IReadOnlyList<BackupStorageLocation> Locations { get; init; }

    /// <summary>Backups in the namespace of the object that is checked.</summary>
    public IReadOnlyList<Backup> Backups { get; init; } = [];

    /// <summary>Names of the object store plugins that are loaded.</summary>
    public IReadOnlyList<string> Providers { get; init; } = [];

    /// <summary>What the cluster serves; null when no kind is named that would have to be looked up.</summary>
    public ApiCatalog? Kinds { get; init; }

    /// <summary>Names of the schedules in the namespace of the object that is checked.</summary>
    public IReadOnlyList<string> Schedules { get; init; } = [];
}
