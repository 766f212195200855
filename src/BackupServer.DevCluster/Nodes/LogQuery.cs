namespace BackupServer.DevCluster.Nodes;

/// <summary>What a reader of a log asks for.</summary>
internal sealed record LogQuery(bool Follow, bool Timestamps, long? TailLines, long? LimitBytes, DateTimeOffset? Since);
