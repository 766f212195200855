using System.ComponentModel;
using BackupServer.Abstractions.Resources.Schema;

namespace BackupServer.Abstractions.Resources.Backups;

/// <summary>What a backup takes, and where it is kept. Lists that are absent or empty mean everything.</summary>
[CelRule("!(has(self.labelSelector) && has(self.orLabelSelectors) && size(self.orLabelSelectors) > 0)", "labelSelector and orLabelSelectors exclude each other")]
public sealed record BackupSpec
{
    /// <summary>Metadata of the backups that a schedule makes from this template.</summary>
    public TemplateMetadata? Metadata { get; set; }

    /// <summary>Namespaces to take: names or globs with *, ?, [..] and {a,b}. Empty: all.</summary>
    public List<string>? IncludedNamespaces { get; set; }

    /// <summary>Namespaces to leave out: names or globs; wins over includedNamespaces.</summary>
    public List<string>? ExcludedNamespaces { get; set; }

    /// <summary>Resources to take, as resource or resource.group, plural, singular, kind or short name; * for all.</summary>
    public List<string>? IncludedResources { get; set; }

    /// <summary>Resources to leave out; wins over includedResources.</summary>
    public List<string>? ExcludedResources { get; set; }

    /// <summary>Cluster-scoped objects: true takes all, false none, absent takes all with all namespaces and the related ones otherwise.</summary>
    public bool? IncludeClusterResources { get; set; }

    /// <summary>Only objects with these labels.</summary>
    public LabelSelector? LabelSelector { get; set; }

    /// <summary>Objects that match any of these selectors.</summary>
    public List<LabelSelector>? OrLabelSelectors { get; set; }

    /// <summary>True copies the files of every pod volume that is not opted out; false only of those opted in by annotation. Absent: the server's default.</summary>
    public bool? DefaultVolumesToFsBackup { get; set; }

    /// <summary>Name of the BackupStorageLocation. Absent: the location marked default.</summary>
    public string? StorageLocation { get; set; }

    /// <summary>How long the backup is meant to be kept; it expires this long after its creation.</summary>
    [DefaultValue("720h0m0s")]
    public TimeSpan? Ttl { get; set; }

    /// <summary>How long one volume may take before the backup goes on without it.</summary>
    [DefaultValue("4h0m0s")]
    public TimeSpan? ItemOperationTimeout { get; set; }

    /// <summary>What is read back and authenticated before the backup may be Completed.</summary>
    [DefaultValue("Sample")]
    public VerificationMode? Verification { get; set; }

    /// <summary>Stop now and keep nothing half-done; the phase becomes Canceled.</summary>
    public bool? Cancel { get; set; }
}
