using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas;

/// <summary>A body as its type sees it.</summary>
/// <param name="Value">Only declared fields, without nulls and without zero values that the type cannot tell from absence.</param>
/// <param name="UnknownFields">Paths of what was not declared, in the order of the body, e.g. <c>spec.containers[0].imgae</c>.</param>
internal sealed record DecodedObject(JsonObject Value, IReadOnlyList<string> UnknownFields);
