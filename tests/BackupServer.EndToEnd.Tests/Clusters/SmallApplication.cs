using BackupServer.Abstractions.Objects;
using BackupServer.Kubernetes.Lists;

namespace BackupServer.EndToEnd.Tests.Clusters;

/// <summary>A namespace with a few objects of usual kinds and one claim with files, mounted by a running pod.</summary>
internal sealed class SmallApplication(TestCluster cluster, string ns)
{
    /// <summary>The claim's name.</summary>
    public const string Claim = "data";

    private const int SmallFiles = 300;
    private static readonly string[] Kinds = ["configmaps", "secrets", "serviceaccounts", "services", "persistentvolumeclaims", "deployments.apps", "roles.rbac.authorization.k8s.io", "pods"];
    private static readonly GroupVersionResource Pods = new("", "v1", "pods");
    private static readonly GroupVersionResource Claims = new("", "v1", "persistentvolumeclaims");

    public string Namespace { get; } = ns;

    /// <summary>Creates it and waits until its pod runs.</summary>
    public static async Task<SmallApplication> DeployAsync(TestCluster cluster, string ns)
    {
        await cluster.CreateNamespaceAsync(ns);
        foreach (var manifest in Manifests(ns))
        {
            _ = await cluster.CreateAsync(manifest);
        }

        var application = new SmallApplication(cluster, ns);
        _ = await application.VolumeDirectoryAsync();
        return application;
    }

    /// <summary>The directory of the claim's volume, once its pod is ready.</summary>
    public async Task<string> VolumeDirectoryAsync()
    {
        var pod = await Eventually.GetAsync(ReadyPodAsync, p => p is not null, _ => $"the pod of {Namespace} does not become ready");
        var claim = await cluster.Client.GetAsync(Claims, Namespace, Claim, TestCluster.Ct);
        var volumes = Path.Combine(cluster.KubeletRoot, "pods", pod!.Metadata.Uid, "volumes");
        var volume = (string)claim.ToNode()["spec"]!["volumeName"]!;
        var found = Directory.EnumerateDirectories(volumes).Select(p => Path.Combine(p, volume)).First(Directory.Exists);
        return new DirectoryInfo(found).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? found;
    }

    /// <summary>Writes some hundred files and a large one, different for each seed.</summary>
    public async Task FillAsync(int seed, int largeBytes)
    {
        var directory = await VolumeDirectoryAsync();
        var random = new Random(seed);
        for (var i = 0; i < SmallFiles; i++)
        {
            var folder = Directory.CreateDirectory(Path.Combine(directory, $"folder-{i % 10}"));
            var content = new byte[random.Next(0, 4000)];
            random.NextBytes(content);
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, $"file-{i}"), content, TestCluster.Ct);
        }

        var large = new byte[largeBytes];
        random.NextBytes(large);
        await File.WriteAllBytesAsync(Path.Combine(directory, "large"), large, TestCluster.Ct);
        if (!File.Exists(Path.Combine(directory, "link")))
        {
            _ = File.CreateSymbolicLink(Path.Combine(directory, "link"), "folder-1/file-1");
        }
    }

    /// <summary>Its objects as kind/name with what was written into them; pods are only counted, their names are new each time.</summary>
    public async Task<List<string>> ObjectsAsync()
    {
        var discovery = await cluster.Client.Discovery.DiscoverAsync(refresh: false, TestCluster.Ct);
        var found = new List<string>();
        foreach (var type in discovery.Preferred.Where(t => t.Namespaced && Kinds.Contains(t.Resource.GroupResource.ToString())))
        {
            await foreach (var item in cluster.Client.ListAsync(type.Resource, new ListOptions { Namespace = Namespace }).WithCancellation(TestCluster.Ct))
            {
                found.Add(type.Resource.Resource == "pods" ? "pods" : $"{type.Resource.Resource}/{item.Metadata.Name} {Content(item)}");
            }
        }

        found.Sort(StringComparer.Ordinal);
        return found;
    }

    private static string Content(RawObject item)
    {
        var node = item.ToNode();
        return item.Kind is "ConfigMap" or "Secret" ? node["data"]?.ToJsonString() ?? "" : item.Kind == "Deployment" ? node["spec"]!["template"]!.ToJsonString() : "";
    }

    private async Task<RawObject?> ReadyPodAsync()
    {
        await foreach (var pod in cluster.Client.ListAsync(Pods, new ListOptions { Namespace = Namespace, LabelSelector = "app=small" }).WithCancellation(TestCluster.Ct))
        {
            var status = pod.ToNode()["status"];
            if (pod.Metadata.DeletionTimestamp is null && status?["conditions"]?.AsArray().Any(c => (string?)c!["type"] == "Ready" && (string?)c["status"] == "True") == true)
            {
                return pod;
            }
        }

        return null;
    }

    private static IEnumerable<string> Manifests(string ns) =>
        Templates.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(t => t.Replace("META", $"\"namespace\":\"{ns}\",\"name\"", StringComparison.Ordinal));

    /// <summary>The value of its Secret, which must appear nowhere in the open.</summary>
    public const string Secret = "the-small-secret-that-nobody-sees";

    private const string Templates = """
        {"apiVersion":"v1","kind":"ServiceAccount","metadata":{META:"small"}}
        {"apiVersion":"v1","kind":"ConfigMap","metadata":{META:"settings"},"data":{"colour":"green","text":"ümläut"}}
        {"apiVersion":"v1","kind":"ConfigMap","metadata":{META:"more"},"data":{"a":"1"}}
        {"apiVersion":"v1","kind":"Secret","metadata":{META:"credentials"},"stringData":{"password":"the-small-secret-that-nobody-sees"}}
        {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{META:"small"},"rules":[{"apiGroups":[""],"resources":["configmaps"],"verbs":["get"]}]}
        {"apiVersion":"v1","kind":"Service","metadata":{META:"small"},"spec":{"selector":{"app":"small"},"ports":[{"port":80}]}}
        {"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{META:"data"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{META:"small"},"spec":{"replicas":1,"selector":{"matchLabels":{"app":"small"}},"template":{"metadata":{"labels":{"app":"small"}},"spec":{"serviceAccountName":"small","terminationGracePeriodSeconds":1,"containers":[{"name":"small","image":"small:1","volumeMounts":[{"name":"files","mountPath":"/files"}]}],"volumes":[{"name":"files","persistentVolumeClaim":{"claimName":"data"}}]}}}}
        """;
}
