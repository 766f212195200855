namespace BackupServer.Abstractions.Resources.BackupStorageLocations;

/// <summary>Where the password of a location's repositories is kept.</summary>
public static class RepositoryPasswords
{
    /// <summary>Key of a generated password in its Secret.</summary>
    public const string Key = "password";

    /// <summary>The Secret of a location: the one it names, or the one that is generated for it.</summary>
    public static SecretKeyReference SecretOf(BackupStorageLocation location) =>
        location.Spec.PasswordSecret ?? new SecretKeyReference { Name = $"backupserver-{location.Metadata.Name}", Key = Key };
}
