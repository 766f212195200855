namespace BackupServer.Abstractions.Objects;

/// <summary>A custom resource of the group <c>backupserver.io</c>: what was asked and what became of it.</summary>
/// <typeparam name="TSpec">What the user asks for.</typeparam>
/// <typeparam name="TStatus">What the server found out; written through the status subresource only.</typeparam>
public abstract record CustomResource<TSpec, TStatus> : ICustomResource
    where TSpec : class, new()
    where TStatus : class, new()
{
    /// <inheritdoc/>
    public string ApiVersion { get; set; } = "";

    /// <inheritdoc/>
    public string Kind { get; set; } = "";

    /// <inheritdoc/>
    public ObjectMeta Metadata { get; set; } = new();

    /// <summary>What the user asks for.</summary>
    public TSpec Spec { get; set; } = new();

    /// <summary>What the server found out; null until it has looked at the object.</summary>
    public TStatus? Status { get; set; }
}
