using System.Text.Json.Serialization;

namespace BackupServer.Abstractions.Resources.BackupStorageLocations;

/// <summary>What is known about a location. Written by the server alone.</summary>
public sealed record BackupStorageLocationStatus
{
    /// <summary>Whether it can be used.</summary>
    public BackupStorageLocationPhase Phase { get; set; }

    /// <summary>Why it can not, and what to do.</summary>
    public string? Message { get; set; }

    /// <summary>When it was last tried.</summary>
    public DateTimeOffset? LastValidationTime { get; set; }

    /// <summary>Generation of the specification that was tried.</summary>
    public long? ObservedGeneration { get; set; }

    /// <summary>When its backups were last made known in the cluster.</summary>
    public DateTimeOffset? LastSyncedTime { get; set; }

    /// <summary>Id of the manifests repository once there is one. A location that had one and shows none is Unavailable, never re-created.</summary>
    [JsonPropertyName("repositoryID")]
    public string? RepositoryId { get; set; }

    /// <summary>Secret that holds the repositories' password.</summary>
    public SecretKeyReference? PasswordSecret { get; set; }
}
