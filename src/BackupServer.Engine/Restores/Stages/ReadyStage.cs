using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Clusters;

namespace BackupServer.Engine.Restores.Stages;

/// <summary>Waits until the workloads that this restore made are ready, and names those that are not in time.</summary>
internal sealed class ReadyStage(RestoreState state, IClusterReader reader, TimeProvider clock)
{
    /// <summary>Whether all are ready, and the others with their reasons; null when nothing was to be waited for.</summary>
    public async Task<(bool? Ready, IReadOnlyList<string> NotReady)> RunAsync(CancellationToken cancellationToken)
    {
        var timeout = state.Request.Spec.WaitForReady ?? TimeSpan.FromMinutes(10);
        var waiting = state.Applied
            .Where(entry => WorkloadReadiness.IsJudged(entry.Target.Resource))
            .OrderBy(entry => entry.Target.ToString(), StringComparer.Ordinal)
            .ToDictionary(entry => entry.Target, entry => entry.Type);
        if (timeout <= TimeSpan.Zero || waiting.Count == 0)
        {
            return (timeout <= TimeSpan.Zero ? null : true, []);
        }

        var reasons = new Dictionary<ObjectReference, string>();
        await new ClusterWait(clock).UntilAsync(token => AskAsync(waiting, reasons, token), timeout, cancellationToken);
        foreach (var (target, reason) in reasons)
        {
            state.Journal.Error(target.ToString(), $"Restored, but not ready within {timeout}: {reason}. See kubectl describe for its events.");
        }

        return (reasons.Count == 0, [.. reasons.Select(entry => $"{entry.Key}: {entry.Value}")]);
    }

    private async Task<bool> AskAsync(
        Dictionary<ObjectReference, ResourceType> waiting, Dictionary<ObjectReference, string> reasons, CancellationToken cancellationToken)
    {
        foreach (var (target, type) in waiting.ToList())
        {
            var obstacle = await ObstacleAsync(target, type, cancellationToken);
            if (obstacle is null)
            {
                waiting.Remove(target);
                reasons.Remove(target);
            }
            else
            {
                reasons[target] = obstacle;
            }
        }

        return waiting.Count == 0;
    }

    private async Task<string?> ObstacleAsync(ObjectReference target, ResourceType type, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.GetAsync(type, target.Name, cancellationToken) is { } content
                ? WorkloadReadiness.Obstacle(target.Resource, content)
                : "it was deleted since";
        }
        catch (ClusterException e)
        {
            return e.Message;
        }
    }
}
