using System.Text.Json.Nodes;
using BackupServer.Abstractions.Resources.BackupSchedules;
using BackupServer.Cli.Objects;
using BackupServer.Cli.Running;
using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Writes;

namespace BackupServer.Cli.Commands.Schedules;

/// <summary>Pauses schedules and lets them go on.</summary>
internal static class SchedulePausing
{
    /// <summary>Sets <c>spec.paused</c> where it is not so already.</summary>
    public static async Task<int> RunAsync(Cluster cluster, ObjectSelection selection, bool paused, CancellationToken cancellationToken)
    {
        var missing = new List<string>();
        foreach (var item in await ObjectKind<BackupSchedule>.FindAsync(cluster, selection, missing, cancellationToken))
        {
            var schedule = KubernetesClient.Typed<BackupSchedule>(item);
            var changes = (schedule.Spec.Paused ?? false) != paused;
            if (changes)
            {
                var patch = new JsonObject { ["spec"] = new JsonObject { ["paused"] = paused } };
                _ = await cluster.Client.PatchAsync<BackupSchedule>(cluster.Namespace, item.Metadata.Name, Patch.Merge(patch), cancellationToken: cancellationToken);
            }

            await cluster.Terminal.Out.WriteLineAsync($"{ObjectKind<BackupSchedule>.Named(item.Metadata.Name)} {(changes ? "" : "was already ")}{(paused ? "paused" : "unpaused")}");
        }

        return await ObjectKind<BackupSchedule>.TellMissingAsync(cluster, missing);
    }
}
