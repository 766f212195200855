using System.Text.Json.Serialization;

namespace BackupServer.Abstractions.Resources.BackupRepositories;

/// <summary>What is known about a repository. Written by the server alone.</summary>
public sealed record BackupRepositoryStatus
{
    /// <summary>Whether it can be used.</summary>
    public BackupRepositoryPhase Phase { get; set; }

    /// <summary>Why it can not, and what to do.</summary>
    public string? Message { get; set; }

    /// <summary>Id in the repository's config. A repository that was there and is gone is never re-created silently.</summary>
    [JsonPropertyName("repositoryID")]
    public string? RepositoryId { get; set; }
}
