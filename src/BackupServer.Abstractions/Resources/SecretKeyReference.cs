using BackupServer.Abstractions.Resources.Schema;

namespace BackupServer.Abstractions.Resources;

/// <summary>One key of a Secret in the server's namespace.</summary>
public sealed record SecretKeyReference
{
    /// <summary>Name of the Secret.</summary>
    [Required]
    public string Name { get; set; } = "";

    /// <summary>Key in its data.</summary>
    [Required]
    public string Key { get; set; } = "";
}
