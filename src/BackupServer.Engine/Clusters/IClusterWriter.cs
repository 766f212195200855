using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;

namespace BackupServer.Engine.Clusters;

/// <summary>
/// What the engine writes to a cluster. What the API server answers is a value; only a cluster that cannot be reached is an exception.
/// Safe for concurrent callers; retries of passing failures (429, 5xx, dropped connection) are the implementation's.
/// </summary>
public interface IClusterWriter
{
    /// <summary>Creates an object; its namespace and name are those in its metadata.</summary>
    /// <exception cref="ClusterException">The cluster does not answer.</exception>
    Task<WriteResult> CreateAsync(ResourceType type, JsonObject content, CancellationToken cancellationToken);

    /// <summary>Changes an object by a JSON merge patch (RFC 7386).</summary>
    /// <exception cref="ClusterException">The cluster does not answer.</exception>
    Task<WriteResult> PatchAsync(ResourceType type, ObjectName name, JsonObject mergePatch, CancellationToken cancellationToken);

    /// <summary>Changes an object's status by a JSON merge patch (RFC 7386) of its status subresource.</summary>
    /// <exception cref="ClusterException">The cluster does not answer.</exception>
    Task<WriteResult> PatchStatusAsync(ResourceType type, ObjectName name, JsonObject mergePatch, CancellationToken cancellationToken);

    /// <summary>Asks for an object's deletion, in the background. <see cref="WriteOutcome.NotFound"/> when it is gone already.</summary>
    /// <param name="type">The resource.</param>
    /// <param name="name">The object.</param>
    /// <param name="uid">Only the object with this uid; another of the name gives <see cref="WriteOutcome.Conflict"/>. Null: whichever.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ClusterException">The cluster does not answer.</exception>
    Task<WriteResult> DeleteAsync(ResourceType type, ObjectName name, string? uid, CancellationToken cancellationToken);
}
