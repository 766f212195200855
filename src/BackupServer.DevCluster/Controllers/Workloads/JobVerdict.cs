namespace BackupServer.DevCluster.Controllers.Workloads;

/// <summary>What becomes of a Job now.</summary>
/// <param name="Condition"><c>Complete</c>, <c>Failed</c>, or null while it goes on.</param>
/// <param name="Reason">Reason of the condition.</param>
/// <param name="Message">Its message.</param>
/// <param name="Again">When to look again although nothing changes.</param>
internal sealed record JobVerdict(string? Condition, string Reason = "", string Message = "", TimeSpan? Again = null)
{
    public bool Ends => Condition is not null;
}
