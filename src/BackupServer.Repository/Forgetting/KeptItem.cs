namespace BackupServer.Repository.Forgetting;

/// <summary>A backup that is kept, and by which rules: <c>last</c>, <c>daily</c>, <c>oldest monthly</c>, <c>within 1y</c>, <c>weekly within 2m</c>.</summary>
public sealed record KeptItem<T>(T Item, IReadOnlyList<string> Reasons);
