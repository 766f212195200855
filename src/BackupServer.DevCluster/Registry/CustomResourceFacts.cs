using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Registry;

/// <summary>What the serving side needs of a CustomResourceDefinition beyond a <see cref="ResourceDefinition"/>.</summary>
internal sealed record CustomResourceFacts
{
    /// <summary>Name of the definition (<c>plural.group</c>).</summary>
    public required string DefinitionName { get; init; }

    /// <summary>The OpenAPI schema of this version as the definition has it, or null.</summary>
    public JsonObject? OpenApiSchema { get; init; }

    /// <summary>Additional printer columns as the definition has them, or null.</summary>
    public JsonArray? PrinterColumns { get; init; }

    /// <summary>JSON paths of fields that field selectors may name.</summary>
    public IReadOnlyList<string> SelectableFields { get; init; } = [];

    /// <summary>Whether <c>status</c> is a subresource (then the main resource ignores it, and spec changes bump the generation).</summary>
    public bool HasStatus { get; init; }

    /// <summary>JSON paths of the scale subresource, or null.</summary>
    public ScalePaths? Scale { get; init; }

    /// <summary>Whether unknown fields are kept (<c>spec.preserveUnknownFields</c> or the root's extension).</summary>
    public bool PreserveUnknownFields { get; init; }

    /// <summary>Warning that answers of a deprecated version carry, or null.</summary>
    public string? DeprecationWarning { get; init; }
}
