namespace BackupServer.DevCluster.Controllers.Workloads;

/// <summary>The arithmetic of a rolling update: how many replicas the new and the old ReplicaSets may have next.</summary>
internal static class RolloutPlan
{
    /// <summary>An int-or-percent field of the strategy. Percentages of surge are rounded up, of unavailability down.</summary>
    public static int Resolve(string? value, int replicas, bool up)
    {
        if (value is null) return 0;
        if (!value.EndsWith('%')) return int.TryParse(value, out var number) ? number : 0;
        if (!int.TryParse(value[..^1], out var percent)) return 0;
        var share = (double)percent * replicas / 100;
        return (int)(up ? Math.Ceiling(share) : Math.Floor(share));
    }

    /// <summary>Both limits; when both come out as zero, one may be unavailable so that the update can move at all.</summary>
    public static (int Surge, int Unavailable) Limits(string? maxSurge, string? maxUnavailable, int replicas)
    {
        var surge = Resolve(maxSurge, replicas, up: true);
        var unavailable = Resolve(maxUnavailable, replicas, up: false);
        return surge == 0 && unavailable == 0 ? (0, 1) : (surge, unavailable);
    }

    /// <param name="desired">What the Deployment asks for.</param>
    /// <param name="surge">How many above that there may be.</param>
    /// <param name="newReplicas">What the new ReplicaSet asks for now.</param>
    /// <param name="totalReplicas">What all of them ask for now.</param>
    public static int NextNew(int desired, int surge, int newReplicas, int totalReplicas)
    {
        if (newReplicas >= desired) return desired;
        var room = desired + surge - totalReplicas;
        return room <= 0 ? newReplicas : newReplicas + Math.Min(room, desired - newReplicas);
    }

    /// <summary>How many replicas the old ReplicaSets may lose now: first those that are not available anyway, then as many as may be missing.</summary>
    public static int OldToRemove(int desired, int unavailable, int totalReplicas, int newReplicas, int newAvailable) =>
        Math.Max(0, totalReplicas - (desired - unavailable) - (newReplicas - newAvailable));
}
