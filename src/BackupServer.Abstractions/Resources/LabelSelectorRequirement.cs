using BackupServer.Abstractions.Resources.Schema;

namespace BackupServer.Abstractions.Resources;

/// <summary>One requirement of a label selector.</summary>
public sealed record LabelSelectorRequirement
{
    /// <summary>Label key.</summary>
    [Required]
    public string Key { get; set; } = "";

    /// <summary>In, NotIn, Exists or DoesNotExist.</summary>
    [Required]
    public LabelSelectorOperator Operator { get; set; }

    /// <summary>Values for In and NotIn; empty for the others.</summary>
    public List<string>? Values { get; set; }
}
