using System.ComponentModel;
using BackupServer.Abstractions.Resources.Schema;

namespace BackupServer.Abstractions.Resources.Restores;

/// <summary>What is restored, from which backup, and where to.</summary>
[CelRule("has(self.backupName) != has(self.scheduleName)", "exactly one of backupName and scheduleName is needed")]
[CelRule("!(has(self.labelSelector) && has(self.orLabelSelectors) && size(self.orLabelSelectors) > 0)", "labelSelector and orLabelSelectors exclude each other")]
public sealed record RestoreSpec
{
    /// <summary>Name of the backup to restore.</summary>
    public string? BackupName { get; set; }

    /// <summary>Restore the newest backup of this schedule that can be restored.</summary>
    public string? ScheduleName { get; set; }

    /// <summary>With scheduleName: the newest backup that was started not after this time.</summary>
    public DateTimeOffset? PointInTime { get; set; }

    /// <summary>Namespaces to restore, by their names in the backup: names or globs. Empty: all.</summary>
    public List<string>? IncludedNamespaces { get; set; }

    /// <summary>Namespaces to leave out; wins over includedNamespaces.</summary>
    public List<string>? ExcludedNamespaces { get; set; }

    /// <summary>Resources to restore, as resource or resource.group, plural, singular, kind or short name; * for all.</summary>
    public List<string>? IncludedResources { get; set; }

    /// <summary>Resources to leave out; wins over includedResources.</summary>
    public List<string>? ExcludedResources { get; set; }

    /// <summary>Cluster-scoped objects: true restores all, false none, absent all with all namespaces and the related ones otherwise.</summary>
    public bool? IncludeClusterResources { get; set; }

    /// <summary>Only objects with these labels in the backup.</summary>
    public LabelSelector? LabelSelector { get; set; }

    /// <summary>Objects that match any of these selectors.</summary>
    public List<LabelSelector>? OrLabelSelectors { get; set; }

    /// <summary>Old namespace name to new one.</summary>
    public Dictionary<string, string>? NamespaceMapping { get; set; }

    /// <summary>Old StorageClass name to new one, in claims and claim templates.</summary>
    public Dictionary<string, string>? StorageClassMapping { get; set; }

    /// <summary>What happens to an object that exists and differs.</summary>
    [DefaultValue("none")]
    public ExistingResourcePolicy? ExistingResourcePolicy { get; set; }

    /// <summary>False restores no volume data: claims get new, empty volumes.</summary>
    [DefaultValue(true)]
    public bool? RestorePVs { get; set; }

    /// <summary>Keep the node ports of Services.</summary>
    public bool? PreserveNodePorts { get; set; }

    /// <summary>How long to wait for workloads to become ready at the end; 0s does not wait.</summary>
    [DefaultValue("10m0s")]
    public TimeSpan? WaitForReady { get; set; }

    /// <summary>How long one volume may take before the restore goes on without it.</summary>
    [DefaultValue("4h0m0s")]
    public TimeSpan? ItemOperationTimeout { get; set; }

    /// <summary>Plan only: messages say what would be done, nothing is changed.</summary>
    public bool? DryRun { get; set; }

    /// <summary>Stop now; what was restored stays, and is listed.</summary>
    public bool? Cancel { get; set; }
}
