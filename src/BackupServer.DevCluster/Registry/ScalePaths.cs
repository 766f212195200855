namespace BackupServer.DevCluster.Registry;

/// <summary>Where a custom resource keeps what its scale subresource shows.</summary>
/// <param name="SpecReplicas">Such as <c>.spec.replicas</c>.</param>
/// <param name="StatusReplicas">Such as <c>.status.replicas</c>.</param>
/// <param name="LabelSelector">Such as <c>.status.selector</c>, or null.</param>
internal sealed record ScalePaths(string SpecReplicas, string StatusReplicas, string? LabelSelector);
