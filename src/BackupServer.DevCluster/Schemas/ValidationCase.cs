using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas;

/// <summary>An object of some type under validation.</summary>
/// <param name="Value">The object.</param>
/// <param name="Path">Its path, empty for the root.</param>
/// <param name="Old">The old root object, on updates and only at the root.</param>
/// <param name="Errors">Receives the problems.</param>
/// <param name="Context">The write.</param>
internal sealed record ValidationCase(JsonObject Value, string Path, JsonObject? Old, FieldErrors Errors, BehaviourContext Context)
{
    /// <summary>The path of a field below.</summary>
    public string At(string field) => Path.Length == 0 ? field : $"{Path}.{field}";

    /// <summary>The value at a dotted path below.</summary>
    public JsonNode? Get(string path) => Json.Get(Value, path.Split('.'));
}
