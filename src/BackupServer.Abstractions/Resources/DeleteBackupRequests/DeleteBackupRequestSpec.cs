using BackupServer.Abstractions.Resources.Schema;

namespace BackupServer.Abstractions.Resources.DeleteBackupRequests;

/// <summary>Which backup is deleted.</summary>
public sealed record DeleteBackupRequestSpec
{
    /// <summary>Name of the backup, in the request's namespace.</summary>
    [Required]
    public string BackupName { get; set; } = "";
}
