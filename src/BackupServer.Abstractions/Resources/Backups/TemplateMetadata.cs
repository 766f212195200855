namespace BackupServer.Abstractions.Resources.Backups;

/// <summary>Metadata for objects made from a template.</summary>
public sealed record TemplateMetadata
{
    /// <summary>Labels to put on them.</summary>
    public Dictionary<string, string>? Labels { get; set; }
}
