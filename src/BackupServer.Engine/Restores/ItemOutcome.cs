namespace BackupServer.Engine.Restores;

/// <summary>What became of an object of a restore.</summary>
internal enum ItemOutcome
{
    Created,
    Updated,
    Skipped,
    Failed,
}
