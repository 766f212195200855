using BackupServer.Repository.Forgetting;
using BackupServer.Repository.Pruning;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary>What <c>forget</c> was asked for.</summary>
/// <param name="Ids">Snapshots by name; none with a policy.</param>
/// <param name="Policy">What is kept; empty with ids.</param>
/// <param name="Filter">The snapshots that a policy sees.</param>
/// <param name="Grouping">Which of them it sees together.</param>
/// <param name="Prune">How to prune afterwards; null for not.</param>
/// <param name="DryRun">Only tell.</param>
/// <param name="Compact">Print little.</param>
internal sealed record ForgetRequest(
    IReadOnlyList<string> Ids, RetentionPolicy Policy, SnapshotFilter Filter, SnapshotGrouping Grouping, PruneOptions? Prune, bool DryRun, bool Compact);
