using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Api;

/// <summary>What a deletion did.</summary>
/// <param name="Object">The object's last or marked state.</param>
/// <param name="Gone">Whether it is removed; false: it waits for finalizers or its grace period.</param>
internal sealed record DeleteResult(JsonObject Object, bool Gone);
