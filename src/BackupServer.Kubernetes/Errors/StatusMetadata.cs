namespace BackupServer.Kubernetes.Errors;

/// <summary>Metadata of a <see cref="Status"/>.</summary>
public sealed record StatusMetadata
{
    /// <summary>After 410 Expired in the middle of a list: the token with which the rest can be read as it is now.</summary>
    public string Continue { get; init; } = "";
}
