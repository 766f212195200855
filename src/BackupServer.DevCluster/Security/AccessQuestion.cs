namespace BackupServer.DevCluster.Security;

/// <summary>What a user wants to do: a verb on a resource, or on a path.</summary>
internal sealed record AccessQuestion
{
    /// <summary>Verb.</summary>
    public required string Verb { get; init; }

    /// <summary>API group; empty for core.</summary>
    public string Group { get; init; } = "";

    /// <summary>Plural; empty for a path.</summary>
    public string Resource { get; init; } = "";

    /// <summary>Subresource, or empty.</summary>
    public string Subresource { get; init; } = "";

    /// <summary>Namespace; empty for cluster scope.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Object name, or empty.</summary>
    public string Name { get; init; } = "";

    /// <summary>Path of a request for no resource, or null.</summary>
    public string? Path { get; init; }

    /// <summary>Resource and subresource as roles name them.</summary>
    public string FullResource => Subresource.Length == 0 ? Resource : $"{Resource}/{Subresource}";
}
