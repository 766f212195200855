using BackupServer.Abstractions.Resources.Schema;

namespace BackupServer.Abstractions.Resources;

/// <summary>One pod.</summary>
public sealed record PodReference
{
    /// <summary>Namespace.</summary>
    [Required]
    public string Namespace { get; set; } = "";

    /// <summary>Name.</summary>
    [Required]
    public string Name { get; set; } = "";

    /// <summary>Unique id; tells a pod from a later one of the same name.</summary>
    [Required]
    public string Uid { get; set; } = "";
}
