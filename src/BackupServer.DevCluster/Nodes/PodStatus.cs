using System.Text.Json.Nodes;
using BackupServer.DevCluster.Controllers;

namespace BackupServer.DevCluster.Nodes;

/// <summary>The status of a Pod from the states of its containers, as a kubelet reports it. Pure.</summary>
internal static class PodStatus
{
    public static string Phase(JsonObject pod, IReadOnlyList<ContainerState> containers)
    {
        var policy = pod.Text("spec", "restartPolicy") ?? "Always";
        var init = containers.Where(container => container.Role is ContainerRole.Init).ToList();
        var main = containers.Where(container => container.Role is ContainerRole.Main).ToList();
        if (init.Exists(container => container.ExitCode is not (null or 0) && !container.IsRunning && policy == "Never")) return "Failed";
        if (!IsInitialized(containers) && !main.Exists(container => container.Begun > 0)) return "Pending";
        if (main.TrueForAll(container => HasEndedForGood(container, policy, pod.IsDeleting())))
        {
            return main.TrueForAll(container => container.ExitCode == 0) ? "Succeeded" : "Failed";
        }

        return main.Exists(container => container.Begun == 0 && !container.IsRunning) ? "Pending" : "Running";
    }

    public static bool HasEndedForGood(ContainerState container, string policy, bool deleting) =>
        !container.IsRunning && container.ExitCode is { } code && (deleting || policy == "Never" || (policy == "OnFailure" && code == 0));

    public static bool IsInitialized(IReadOnlyList<ContainerState> containers) => containers.All(container => container.Role switch
    {
        ContainerRole.Init => !container.IsRunning && container.ExitCode == 0,
        ContainerRole.Sidecar => container.IsStarted,
        _ => true,
    });

    /// <summary>Writes phase, conditions, addresses and container statuses into <c>status</c>; what others own stays.</summary>
    public static void Write(
        JsonObject target, JsonObject worked, IReadOnlyList<ContainerState> containers, string podIp, string hostIp, DateTimeOffset startTime, bool sandbox, DateTimeOffset now)
    {
        var status = target.Ensure("status");
        var phase = Phase(worked, containers);
        status["observedGeneration"] = worked.Generation();
        status["phase"] = phase;
        WriteConditions(target, worked, containers, phase, sandbox, now.Stamp());
        status["hostIP"] = hostIp;
        status["hostIPs"] = new JsonArray(new JsonObject { ["ip"] = hostIp });
        status["podIP"] = podIp;
        status["podIPs"] = new JsonArray(new JsonObject { ["ip"] = podIp });
        status["startTime"] ??= startTime.Stamp();
        Set("initContainerStatuses", role => role is ContainerRole.Init or ContainerRole.Sidecar);
        Set("containerStatuses", role => role is ContainerRole.Main);
        Set("ephemeralContainerStatuses", role => role is ContainerRole.Ephemeral);

        void Set(string field, Predicate<ContainerRole> wanted)
        {
            var entries = containers.Where(container => wanted(container.Role)).Select(container => (JsonNode)container.ToStatus(Mounts(container.Spec))).ToArray();
            if (entries.Length > 0) status[field] = new JsonArray(entries);
        }
    }

    private static JsonArray Mounts(JsonObject container)
    {
        var mounts = new JsonArray();
        foreach (var mount in container.Items("volumeMounts"))
        {
            var entry = new JsonObject { ["name"] = mount.Text("name"), ["mountPath"] = mount.Text("mountPath") };
            if (mount.Flag("readOnly"))
            {
                entry["readOnly"] = true;
                entry["recursiveReadOnly"] = "Disabled";
            }

            mounts.Add(entry);
        }

        return mounts;
    }

    private static void WriteConditions(JsonObject target, JsonObject worked, IReadOnlyList<ContainerState> containers, string phase, bool sandbox, string now)
    {
        var ended = phase is "Succeeded" or "Failed";
        var endReason = phase == "Succeeded" ? "PodCompleted" : "PodFailed";
        var unready = containers.Where(container => container.Role is ContainerRole.Main or ContainerRole.Sidecar && !container.IsReady).Select(container => container.Name).ToList();
        var incomplete = containers.Where(container => container.Role is ContainerRole.Init && container.ExitCode != 0).Select(container => container.Name).ToList();
        var before = target.Items("status", "conditions").Select(condition => (JsonObject)condition.DeepClone()).ToList();
        var conditions = new JsonArray();

        Add("PodReadyToStartContainers", sandbox && !ended, null, null);
        if (incomplete.Count > 0 && !IsInitialized(containers)) Add("Initialized", false, "ContainersNotInitialized", $"containers with incomplete status: [{string.Join(' ', incomplete)}]");
        else Add("Initialized", true, phase == "Succeeded" ? "PodCompleted" : null, null);
        var gates = worked.Items("spec", "readinessGates").Select(gate => gate.Text("conditionType")).Where(type => !Conditions.IsTrue(target, type ?? string.Empty)).ToList();
        var (reason, message) = ended ? (endReason, null) : unready.Count > 0 ? ("ContainersNotReady", $"containers with unready status: [{string.Join(' ', unready)}]") : (null, (string?)null);
        if (reason is null && gates.Count > 0) Add("Ready", false, "ReadinessGatesNotReady", $"the status of pod readiness gate \"{gates[0]}\" is not \"True\", but False");
        else Add("Ready", reason is null, reason, message);
        Add("ContainersReady", reason is null, reason, message);
        foreach (var kept in before.Where(condition => !conditions.Any(written => written.Text("type") == condition.Text("type"))))
        {
            if (kept.Text("type") == "PodScheduled") kept["observedGeneration"] = worked.Generation();
            conditions.Add(kept);
        }

        target.Ensure("status")["conditions"] = conditions;

        void Add(string type, bool value, string? why, string? words)
        {
            var status = value ? "True" : "False";
            var present = before.Find(condition => condition.Text("type") == type);
            var condition = new JsonObject
            {
                ["type"] = type,
                ["observedGeneration"] = worked.Generation(),
                ["status"] = status,
                ["lastProbeTime"] = null,
                ["lastTransitionTime"] = present.Text("status") == status ? present.Text("lastTransitionTime") ?? now : now,
            };
            if (why is not null) condition["reason"] = why;
            if (words is not null) condition["message"] = words;
            conditions.Add(condition);
        }
    }
}
