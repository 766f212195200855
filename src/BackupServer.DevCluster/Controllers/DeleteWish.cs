namespace BackupServer.DevCluster.Controllers;

/// <summary>The options of a deletion that a controller asks for; null leaves the kind's default.</summary>
internal sealed record DeleteWish(string? Uid = null, string? Propagation = null, long? GraceSeconds = null);
