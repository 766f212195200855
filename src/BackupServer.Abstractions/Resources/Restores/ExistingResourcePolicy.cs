using System.Text.Json.Serialization;

namespace BackupServer.Abstractions.Resources.Restores;

/// <summary>What happens to an object that exists and differs. Spelled as Velero does.</summary>
public enum ExistingResourcePolicy
{
    /// <summary>It stays as it is; a warning says so.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>It is patched to what the backup holds.</summary>
    [JsonStringEnumMemberName("update")]
    Update,
}
