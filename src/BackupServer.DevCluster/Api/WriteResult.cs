using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Api;

/// <summary>What an update, patch or apply did.</summary>
/// <param name="Object">The state after it.</param>
/// <param name="Created">Whether it created the object.</param>
internal sealed record WriteResult(JsonObject Object, bool Created);
