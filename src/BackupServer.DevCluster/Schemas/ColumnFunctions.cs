using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas;

/// <summary>The cells that need more than a path: each is named by an <c>@name</c> of the table of columns.</summary>
internal static class ColumnFunctions
{
    private static readonly Dictionary<string, Func<JsonObject, DateTimeOffset, JsonNode?>> Functions = new()
    {
        ["none"] = (_, _) => "<none>",
        ["age"] = (obj, now) => Since(Json.Text(obj, "metadata", "creationTimestamp"), now),
        ["lastSeen"] = (obj, now) => Since(Json.Text(obj, "lastTimestamp") ?? Json.Text(obj, "eventTime") ?? Json.Text(obj, "metadata", "creationTimestamp"), now),
        ["lastSchedule"] = (obj, now) => Json.Text(obj, "status", "lastScheduleTime") is { } time ? Since(time, now) : "<none>",
        ["podReady"] = (pod, _) => PodColumns.Ready(pod),
        ["podStatus"] = (pod, _) => PodColumns.Status(pod),
        ["podRestarts"] = (pod, _) => PodColumns.Restarts(pod),
        ["dataCount"] = (obj, _) => Count(obj["data"]) + Count(obj["binaryData"]),
        ["serviceAddresses"] = (service, _) => ServiceAddresses(service),
        ["servicePorts"] = (service, _) => Joined(Json.Items(Json.Get(service, "spec", "ports")).Select(ServicePort)),
        ["selectorLabels"] = (obj, _) => Labels(Json.Get(obj, "spec", "selector")),
        ["selector"] = (obj, _) => Labels(Json.Get(obj, "spec", "selector", "matchLabels")),
        ["podSelector"] = (obj, _) => Labels(Json.Get(obj, "spec", "podSelector", "matchLabels")),
        ["nodeSelector"] = (obj, _) => Labels(Json.Get(obj, "spec", "template", "spec", "nodeSelector")),
        ["containers"] = (obj, _) => Joined(Containers(obj).Select(container => Json.Text(container, "name") ?? "")),
        ["images"] = (obj, _) => Joined(Containers(obj).Select(container => Json.Text(container, "image") ?? "")),
        ["claimStatus"] = (obj, _) => Terminating(obj, Json.Text(obj, "status", "phase")),
        ["volumeStatus"] = (obj, _) => Terminating(obj, Json.Text(obj, "status", "phase")),
        ["accessModes"] = (obj, _) => AccessModes(Json.Get(obj, "spec", "accessModes")),
        ["accessModesOfClaim"] = (obj, _) => Json.Text(obj, "spec", "volumeName") is { Length: > 0 } ? AccessModes(Json.Get(obj, "status", "accessModes")) : "",
        ["volumeClaim"] = (obj, _) => Json.Get(obj, "spec", "claimRef") is JsonObject claim ? $"{Json.Text(claim, "namespace")}/{Json.Text(claim, "name")}" : "",
        ["nodeStatus"] = (node, _) => NodeStatus(node),
        ["nodeRoles"] = (node, _) => Joined((Json.Get(node, "metadata", "labels") as JsonObject ?? [])
            .Where(label => label.Key.StartsWith("node-role.kubernetes.io/", StringComparison.Ordinal)).Select(label => label.Key[24..])),
        ["endpoints"] = (obj, _) => Endpoints(obj),
        ["eventObject"] = (obj, _) => $"{Json.Text(obj, "involvedObject", "kind")?.ToLowerInvariant()}/{Json.Text(obj, "involvedObject", "name")}",
        ["desired"] = (obj, _) => Number(obj, "spec", "replicas"),
        ["current"] = (obj, _) => Number(obj, "status", "replicas"),
        ["readyCount"] = (obj, _) => Number(obj, "status", "readyReplicas"),
        ["readyOfDesired"] = (obj, _) => $"{Number(obj, "status", "readyReplicas")}/{Number(obj, "spec", "replicas")}",
        ["updated"] = (obj, _) => Number(obj, "status", "updatedReplicas"),
        ["available"] = (obj, _) => Number(obj, "status", "availableReplicas"),
        ["daemonDesired"] = (obj, _) => Number(obj, "status", "desiredNumberScheduled"),
        ["daemonCurrent"] = (obj, _) => Number(obj, "status", "currentNumberScheduled"),
        ["daemonReady"] = (obj, _) => Number(obj, "status", "numberReady"),
        ["daemonUpdated"] = (obj, _) => Number(obj, "status", "updatedNumberScheduled"),
        ["daemonAvailable"] = (obj, _) => Number(obj, "status", "numberAvailable"),
        ["jobStatus"] = (job, _) => JobStatus(job),
        ["jobCompletions"] = (job, _) => $"{Number(job, "status", "succeeded")}/{Json.Integer(job, "spec", "completions") ?? 1}",
        ["jobDuration"] = JobDuration,
        ["suspended"] = (obj, _) => Json.IsTrue(obj, "spec", "suspend") ? "True" : "False",
        ["activeJobs"] = (obj, _) => Json.Items(Json.Get(obj, "status", "active")).Count(),
        ["volumeExpansion"] = (obj, _) => Json.IsTrue(obj, "allowVolumeExpansion"),
        ["ingressHosts"] = (obj, _) => IngressHosts(obj),
        ["ingressAddress"] = (obj, _) => string.Join(",", Addresses(obj)),
        ["ingressPorts"] = (obj, _) => Json.Items(Json.Get(obj, "spec", "tls")).Any() ? "80, 443" : "80",
        ["allowedDisruptions"] = (obj, _) => Number(obj, "status", "disruptionsAllowed"),
        ["scaleTarget"] = (obj, _) => $"{Json.Text(obj, "spec", "scaleTargetRef", "kind")}/{Json.Text(obj, "spec", "scaleTargetRef", "name")}",
        ["autoscalerReplicas"] = (obj, _) => Number(obj, "status", "currentReplicas"),
        ["apiServiceHost"] = (obj, _) => Json.Get(obj, "spec", "service") is JsonObject service ? $"{Json.Text(service, "namespace")}/{Json.Text(service, "name")}" : "Local",
        ["apiServiceAvailable"] = (obj, _) => ApiServiceAvailable(obj),
        ["roleRef"] = (obj, _) => $"{Json.Text(obj, "roleRef", "kind")}/{Json.Text(obj, "roleRef", "name")}",
    };

    /// <exception cref="FormatException">No such function.</exception>
    public static Func<JsonObject, DateTimeOffset, JsonNode?> Find(string name) =>
        Functions.TryGetValue(name, out var function) ? function : throw new FormatException($"columns.txt names an unknown function @{name}");

    private static string ApiServiceAvailable(JsonObject obj)
    {
        var condition = Json.Items(Json.Get(obj, "status", "conditions")).FirstOrDefault(c => Json.Text(c, "type") == "Available");
        return condition is null ? "Unknown"
            : Json.Text(condition, "status") == "True" ? "True"
            : $"{Json.Text(condition, "status")} ({Json.Text(condition, "reason")})";
    }

    private static string Since(string? time, DateTimeOffset now) =>
        time is not null && Rfc3339.TryParse(time, out var then) ? HumanDuration.Of(now - then) : "<unknown>";

    private static long Number(JsonObject obj, params ReadOnlySpan<string> path) => Json.Integer(obj, path) ?? 0;

    private static int Count(JsonNode? map) => (map as JsonObject)?.Count ?? 0;

    private static string Joined(IEnumerable<string> parts) => string.Join(",", parts) is { Length: > 0 } text ? text : "<none>";

    private static string Labels(JsonNode? labels) => Joined((labels as JsonObject ?? []).Select(label => $"{label.Key}={(string?)label.Value}"));

    private static IEnumerable<JsonObject> Containers(JsonObject obj) => Json.Items(Json.Get(obj, "spec", "template", "spec", "containers"));

    private static string Terminating(JsonObject obj, string? phase) =>
        Json.Get(obj, "metadata", "deletionTimestamp") is not null ? "Terminating" : phase ?? "";

    private static string AccessModes(JsonNode? modes) => string.Join(",", Json.Texts(modes).Select(mode => mode switch
    {
        "ReadWriteOnce" => "RWO",
        "ReadOnlyMany" => "ROX",
        "ReadWriteMany" => "RWX",
        "ReadWriteOncePod" => "RWOP",
        _ => mode,
    }));

    private static IEnumerable<string> Addresses(JsonObject obj) => Json.Items(Json.Get(obj, "status", "loadBalancer", "ingress"))
        .Select(ingress => Json.Text(ingress, "ip") ?? Json.Text(ingress, "hostname") ?? "");

    private static string ServiceAddresses(JsonObject service)
    {
        var external = Json.Texts(Json.Get(service, "spec", "externalIPs"));
        return Json.Text(service, "spec", "type") switch
        {
            "ExternalName" => Json.Text(service, "spec", "externalName") ?? "<none>",
            "LoadBalancer" => string.Join(",", Addresses(service).Concat(external)) is { Length: > 0 } text ? text : "<pending>",
            _ => Joined(external),
        };
    }

    private static string ServicePort(JsonObject port) => Json.Integer(port, "nodePort") is > 0 and var nodePort
        ? $"{Json.Integer(port, "port")}:{nodePort}/{Json.Text(port, "protocol")}"
        : $"{Json.Integer(port, "port")}/{Json.Text(port, "protocol")}";

    private static string NodeStatus(JsonObject node)
    {
        var ready = Json.Items(Json.Get(node, "status", "conditions")).FirstOrDefault(condition => Json.Text(condition, "type") == "Ready");
        var status = ready is null ? "Unknown" : Json.Text(ready, "status") == "True" ? "Ready" : "NotReady";
        return Json.IsTrue(node, "spec", "unschedulable") ? status + ",SchedulingDisabled" : status;
    }

    private static string Endpoints(JsonObject endpoints) => Joined(Json.Items(endpoints["subsets"]).SelectMany(subset =>
        Json.Items(subset["addresses"]).SelectMany(address => Json.Items(subset["ports"]).Select(port => $"{Json.Text(address, "ip")}:{Json.Integer(port, "port")}"))));

    private static string JobStatus(JsonObject job)
    {
        var conditions = Json.Items(Json.Get(job, "status", "conditions")).Where(condition => Json.Text(condition, "status") == "True")
            .Select(condition => Json.Text(condition, "type")).ToHashSet();
        return conditions.Contains("Complete") ? "Complete"
            : conditions.Contains("Failed") ? "Failed"
            : Json.Get(job, "metadata", "deletionTimestamp") is not null ? "Terminating"
            : conditions.Contains("Suspended") ? "Suspended"
            : "Running";
    }

    private static JsonNode? JobDuration(JsonObject job, DateTimeOffset now)
    {
        if (!Rfc3339.TryParse(Json.Text(job, "status", "startTime") ?? "", out var start))
        {
            return "";
        }

        return HumanDuration.Of((Rfc3339.TryParse(Json.Text(job, "status", "completionTime") ?? "", out var end) ? end : now) - start);
    }

    private static string IngressHosts(JsonObject ingress) =>
        string.Join(",", Json.Items(Json.Get(ingress, "spec", "rules")).Select(rule => Json.Text(rule, "host")).Where(host => !string.IsNullOrEmpty(host)))
            is { Length: > 0 } hosts ? hosts : "*";
}
