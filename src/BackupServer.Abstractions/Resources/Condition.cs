using BackupServer.Abstractions.Resources.Schema;

namespace BackupServer.Abstractions.Resources;

/// <summary>One observed condition, as in <c>metav1.Condition</c>.</summary>
public sealed record Condition
{
    /// <summary>Name of the condition, in CamelCase.</summary>
    [Required]
    public string Type { get; set; } = "";

    /// <summary>True, False or Unknown.</summary>
    [Required]
    public ConditionStatus Status { get; set; }

    /// <summary>When the status last changed.</summary>
    public DateTimeOffset? LastTransitionTime { get; set; }

    /// <summary>One CamelCase word for programs.</summary>
    public string? Reason { get; set; }

    /// <summary>A sentence for people.</summary>
    public string? Message { get; set; }
}
