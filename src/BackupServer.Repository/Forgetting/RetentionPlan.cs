namespace BackupServer.Repository.Forgetting;

/// <summary>What a policy makes of a series of backups.</summary>
/// <param name="Kept">Newest first.</param>
/// <param name="Removed">Newest first.</param>
public sealed record RetentionPlan<T>(IReadOnlyList<KeptItem<T>> Kept, IReadOnlyList<T> Removed);
