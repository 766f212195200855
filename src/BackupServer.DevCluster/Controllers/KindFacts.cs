namespace BackupServer.DevCluster.Controllers;

/// <summary>What a controller needs to know of a kind: <c>plural[.group]</c> and whether its objects live in namespaces.</summary>
internal sealed record KindFacts(string Resource, bool Namespaced);
