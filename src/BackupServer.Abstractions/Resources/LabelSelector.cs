namespace BackupServer.Abstractions.Resources;

/// <summary>Selects objects by their labels; all requirements must hold.</summary>
public sealed record LabelSelector
{
    /// <summary>Labels with exactly these values.</summary>
    public Dictionary<string, string>? MatchLabels { get; set; }

    /// <summary>Further requirements.</summary>
    public List<LabelSelectorRequirement>? MatchExpressions { get; set; }
}
