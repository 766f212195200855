using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Clusters;
using BackupServer.Engine.Restores.Planning;
using BackupServer.Engine.Restores.Stages;
using BackupServer.Engine.Selecting;

namespace BackupServer.Engine.Restores;

/// <summary>After definitions were restored: waits until the cluster serves them, and learns what it serves then.</summary>
internal sealed class DefinitionWave(RestoreState state, IClusterReader reader, TimeProvider clock)
{
    private readonly ClusterWait _wait = new(clock);

    public async Task WaitUntilServedAsync(CancellationToken cancellationToken)
    {
        var made = state.Applied.Where(entry => entry.Target.Resource == WellKnown.Definitions).ToList();
        if (made.Count == 0)
        {
            return;
        }

        await Task.WhenAll(made.Select(entry => WaitAsync(entry.Type, entry.Target, cancellationToken)));
        var needed = state.Plan.Items.Where(item => item.Wave == RestoreWave.CustomResources).Select(item => item.Target.Resource).ToHashSet();
        needed.IntersectWith(made.Select(entry => GroupResource.Parse(entry.Target.Name.Name)));
        await _wait.UntilAsync(
            async token =>
            {
                state.Catalog = await reader.DiscoverAsync(token);
                return needed.All(kind => state.Catalog.Find(kind) is not null);
            },
            state.Request.ResourceTimeout,
            cancellationToken);
    }

    private async Task WaitAsync(ResourceType type, ObjectReference target, CancellationToken cancellationToken)
    {
        var served = await _wait.UntilAsync(
            async token => await reader.GetAsync(type, target.Name, token) is { } definition && Holds(definition, "Established") && Holds(definition, "NamesAccepted"),
            state.Request.ResourceTimeout,
            cancellationToken);
        if (!served)
        {
            state.Journal.Error(target.ToString(), $"The definition was restored, but the cluster did not establish it within {state.Request.ResourceTimeout}; see its status.conditions.");
        }
    }

    private static bool Holds(RawObject definition, string condition) => definition.ToNode().Items("status", "conditions")
        .Any(one => one.Text("type") == condition && one.Text("status") == "True");
}
