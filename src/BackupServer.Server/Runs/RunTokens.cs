namespace BackupServer.Server.Runs;

/// <summary>The two reasons for which a run ends early, which must not be confused.</summary>
/// <param name="Stop">The user wants it stopped: keep nothing half-done.</param>
/// <param name="Leading">This process stops leading: leave everything as it is, the next leader goes on.</param>
internal readonly record struct RunTokens(CancellationToken Stop, CancellationToken Leading);
