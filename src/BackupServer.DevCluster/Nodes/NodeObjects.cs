using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Controllers;

namespace BackupServer.DevCluster.Nodes;

/// <summary>The Node and Lease objects of a node of ours.</summary>
internal static class NodeObjects
{
    private static string Architecture => RuntimeInformation.ProcessArchitecture is System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "amd64";

    public static JsonObject Node(string name) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Node",
        ["metadata"] = new JsonObject
        {
            ["name"] = name,
            ["labels"] = new JsonObject
            {
                ["beta.kubernetes.io/arch"] = Architecture,
                ["beta.kubernetes.io/os"] = "linux",
                ["kubernetes.io/arch"] = Architecture,
                ["kubernetes.io/hostname"] = name,
                ["kubernetes.io/os"] = "linux",
            },
        },
    };

    public static void WriteStatus(JsonObject node, string hostIp, DateTimeOffset now)
    {
        var stamp = now.Stamp();
        var status = node.Ensure("status");
        var memory = string.Create(CultureInfo.InvariantCulture, $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1024}Ki");
        var resources = new JsonObject
        {
            ["cpu"] = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
            ["ephemeral-storage"] = "100Gi",
            ["memory"] = memory,
            ["pods"] = "1000",
        };
        status["capacity"] = resources;
        status["allocatable"] = resources.DeepClone();
        status["addresses"] = new JsonArray(
            new JsonObject { ["type"] = "InternalIP", ["address"] = hostIp },
            new JsonObject { ["type"] = "Hostname", ["address"] = node.Name() });
        status["daemonEndpoints"] = new JsonObject { ["kubeletEndpoint"] = new JsonObject { ["Port"] = 10250 } };
        status["nodeInfo"] = new JsonObject
        {
            ["machineID"] = "devcluster",
            ["systemUUID"] = "devcluster",
            ["bootID"] = "devcluster",
            ["kernelVersion"] = Environment.OSVersion.Version.ToString(),
            ["osImage"] = "DevCluster",
            ["containerRuntimeVersion"] = "devcluster://1.0.0",
            ["kubeletVersion"] = "v1.36.2",
            ["kubeProxyVersion"] = string.Empty,
            ["operatingSystem"] = "linux",
            ["architecture"] = Architecture,
        };
        Set("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available");
        Set("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure");
        Set("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available");
        Set("Ready", "True", "KubeletReady", "kubelet is posting ready status");

        void Set(string type, string value, string reason, string message) => Conditions.Set(node, type, value, reason, message, stamp, "lastHeartbeatTime");
    }

    public static JsonObject Lease(JsonObject node, DateTimeOffset now) => new()
    {
        ["apiVersion"] = "coordination.k8s.io/v1",
        ["kind"] = "Lease",
        ["metadata"] = new JsonObject
        {
            ["name"] = node.Name(),
            ["namespace"] = "kube-node-lease",
            ["ownerReferences"] = new JsonArray(new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "Node",
                ["name"] = node.Name(),
                ["uid"] = node.Uid(),
            }),
        },
        ["spec"] = new JsonObject
        {
            ["holderIdentity"] = node.Name(),
            ["leaseDurationSeconds"] = 40,
            ["renewTime"] = now.MicroStamp(),
        },
    };
}
