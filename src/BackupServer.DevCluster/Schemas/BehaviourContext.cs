using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Registry;

namespace BackupServer.DevCluster.Schemas;

/// <summary>What a behaviour may know of the write it takes part in.</summary>
internal sealed record BehaviourContext
{
    /// <summary>The resource written.</summary>
    public required ResourceDefinition Resource { get; init; }

    /// <summary>Subresource written (<c>status</c>, <c>scale</c> …), or the empty string for the object itself.</summary>
    public string Subresource { get; init; } = "";

    /// <summary>Options of the request: user, dryRun, field manager; warnings go to its list.</summary>
    public required WriteOptions Options { get; init; }

    /// <summary>Access to all other objects.</summary>
    public required ResourceService Resources { get; init; }

    /// <summary>Clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Now, as metadata timestamps spell it.</summary>
    public string Now => ObjectMeta.Timestamp(Time.GetUtcNow());

    /// <summary>Adds a Warning header to the answer.</summary>
    public void Warn(string text) => Options.Warnings.Add(text);
}
