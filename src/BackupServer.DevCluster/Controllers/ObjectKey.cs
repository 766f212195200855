namespace BackupServer.DevCluster.Controllers;

/// <summary>What a controller's queue holds: an object's namespace (null when cluster-scoped) and name.</summary>
internal readonly record struct ObjectKey(string? Namespace, string Name)
{
    public override string ToString() => Namespace is null ? Name : $"{Namespace}/{Name}";
}
