namespace BackupServer.DevCluster.CustomResources.Cel;

/// <summary>Bounds what the rules of one object may cost, so that no definition can stall the server.</summary>
internal sealed class CelBudget(long limit = CelBudget.PerRule)
{
    /// <summary>Evaluation steps of one rule (the API server's unit differs, its limit has the same size).</summary>
    public const long PerRule = 1_000_000;

    private long _spent;

    /// <exception cref="CelException">The limit is reached.</exception>
    public void Spend(long cost)
    {
        _spent += cost;
        if (_spent > limit)
        {
            throw new CelException("operation cancelled: actual cost limit exceeded");
        }
    }
}
