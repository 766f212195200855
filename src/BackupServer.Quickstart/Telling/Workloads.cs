using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Kubernetes.Lists;
using BackupServer.Quickstart.Clusters;

namespace BackupServer.Quickstart.Telling;

/// <summary>Looks at the application in a cluster: whether it is ready, where its volumes are.</summary>
internal sealed class Workloads(StoryCluster cluster)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly GroupVersionResource Pods = new("", "v1", "pods");
    private static readonly GroupVersionResource Claims = new("", "v1", "persistentvolumeclaims");

    /// <summary>Waits until every pod of some namespaces is ready or has ended well, and every claim is bound.</summary>
    /// <returns>The number of pods that are ready; those of Jobs are not made again by a restore and do not count.</returns>
    public async Task<int> ReadyAsync(IReadOnlyCollection<string> namespaces, int atLeast, CancellationToken cancellationToken)
    {
        var pods = new List<JsonObject>();
        await Waiting.UntilAsync(
            async () =>
            {
                pods = await ListAsync(Pods, namespaces, cancellationToken);
                return Lasting(pods) >= atLeast && pods.TrueForAll(IsReady)
                    && (await ListAsync(Claims, namespaces, cancellationToken)).TrueForAll(c => (string?)c["status"]?["phase"] == "Bound");
            },
            Patience,
            () => Task.FromResult($"not ready in time: {string.Join(", ", pods.Where(p => !IsReady(p)).Select(p => p["metadata"]!["name"]))} ({Lasting(pods)} pods, {atLeast} wanted)"),
            cancellationToken);
        return Lasting(pods);
    }

    /// <summary>The volumes of claims that pods have mounted, by the kubelet's directories.</summary>
    public async Task<List<Volume>> VolumesAsync(IReadOnlyCollection<string> namespaces, CancellationToken cancellationToken)
    {
        var volumes = new SortedDictionary<ObjectName, Volume>();
        var claims = (await ListAsync(Claims, namespaces, cancellationToken)).ToDictionary(NameOf, c => (string?)c["spec"]!["volumeName"]);
        foreach (var pod in await ListAsync(Pods, namespaces, cancellationToken))
        {
            foreach (var mounted in pod["spec"]!["volumes"]?.AsArray() ?? [])
            {
                if ((string?)mounted!["persistentVolumeClaim"]?["claimName"] is not { } claim)
                {
                    continue;
                }

                var name = new ObjectName((string)pod["metadata"]!["namespace"]!, claim);
                var plugins = Path.Combine(cluster.KubeletRoot, "pods", (string)pod["metadata"]!["uid"]!, "volumes");
                var found = Directory.EnumerateDirectories(plugins).Select(p => Path.Combine(p, claims[name]!)).FirstOrDefault(Directory.Exists)
                    ?? throw new StoryException($"claim {name} is not mounted below {plugins}");
                volumes[name] = new Volume(name, new DirectoryInfo(found).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? found);
            }
        }

        return [.. volumes.Values];
    }

    private static int Lasting(List<JsonObject> pods) => pods.Count(p => !IsOfJob(p));

    private static bool IsOfJob(JsonObject pod) => pod["metadata"]!["ownerReferences"]?.AsArray().Any(owner => (string?)owner!["kind"] == "Job") == true;

    private static ObjectName NameOf(JsonObject item) => new((string)item["metadata"]!["namespace"]!, (string)item["metadata"]!["name"]!);

    private static bool IsReady(JsonObject pod) =>
        (string?)pod["status"]?["phase"] == "Succeeded"
        || (!IsOfJob(pod)
            && pod["metadata"]!["deletionTimestamp"] is null
            && pod["status"]?["conditions"]?.AsArray().Any(c => (string?)c!["type"] == "Ready" && (string?)c["status"] == "True") == true);

    private async Task<List<JsonObject>> ListAsync(GroupVersionResource resource, IReadOnlyCollection<string> namespaces, CancellationToken cancellationToken)
    {
        var found = new List<JsonObject>();
        foreach (var ns in namespaces)
        {
            await foreach (var item in cluster.Client.ListAsync(resource, new ListOptions { Namespace = ns }).WithCancellation(cancellationToken))
            {
                found.Add(item.ToNode());
            }
        }

        return found;
    }
}
