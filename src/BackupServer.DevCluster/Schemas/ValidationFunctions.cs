using BackupServer.DevCluster.Schemas.Kinds;

namespace BackupServer.DevCluster.Schemas;

/// <summary>The validations that need more than a check: each is named by an <c>@name</c> line of the table of validations.</summary>
internal static class ValidationFunctions
{
    private static readonly Dictionary<string, Action<ValidationCase>> Functions = new()
    {
        ["podUpdate"] = PodValidation.Update,
        ["volumeMounts"] = PodValidation.VolumeMounts,
        ["environmentVariable"] = PodValidation.EnvironmentVariable,
        ["resources"] = PodValidation.Resources,
        ["oneVolumeSource"] = PodValidation.OneVolumeSource,
        ["service"] = ServiceValidation.Validate,
        ["configMapKeys"] = ConfigValidation.ConfigMapKeys,
        ["immutableData"] = ConfigValidation.ImmutableConfigMap,
        ["secretKeys"] = ConfigValidation.SecretKeys,
        ["immutableSecret"] = ConfigValidation.ImmutableSecret,
        ["persistentVolume"] = StorageValidation.PersistentVolume,
        ["claim"] = StorageValidation.Claim,
        ["resourceQuota"] = QuotaValidation.Validate,
        ["selectorOfLabels"] = WorkloadValidation.SelectorOfLabels,
        ["workload"] = WorkloadValidation.Workload,
        ["statefulSetUpdate"] = WorkloadValidation.StatefulSetUpdate,
        ["job"] = JobValidation.Job,
        ["jobUpdate"] = JobValidation.JobUpdate,
        ["cronJob"] = JobValidation.CronJob,
        ["ingressSpec"] = NetworkValidation.IngressSpec,
        ["ingressHost"] = NetworkValidation.IngressHost,
        ["ingressPath"] = NetworkValidation.IngressPath,
        ["disruptionBudget"] = WorkloadValidation.DisruptionBudget,
        ["event"] = EventValidation.Validate,
        ["namespacedRules"] = RbacValidation.NamespacedRules,
        ["policyRule"] = RbacValidation.PolicyRule,
        ["roleRef"] = RbacValidation.RoleRef,
        ["clusterRoleRef"] = RbacValidation.ClusterRoleRef,
        ["roleRefUpdate"] = RbacValidation.RoleRefUpdate,
        ["priorityClassUpdate"] = WorkloadValidation.PriorityClassUpdate,
    };

    /// <exception cref="FormatException">No such function.</exception>
    public static Action<ValidationCase> Find(string name) =>
        Functions.TryGetValue(name, out var function) ? function : throw new FormatException($"validation.txt names an unknown function @{name}");
}
