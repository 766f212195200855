namespace BackupServer.DevCluster.CustomResources.Cel;

/// <param name="Kind">What it is.</param>
/// <param name="Text">Operator or identifier text.</param>
/// <param name="Value">The value of a literal.</param>
/// <param name="Position">Where it begins, counted from 0.</param>
internal readonly record struct CelToken(CelTokenKind Kind, string Text, object? Value, int Position);
