using System.Text.Json.Nodes;
using BackupServer.DevCluster.Controllers.Workloads;

namespace BackupServer.DevCluster.Controllers.Services;

/// <summary>Which Pods stand behind a Service, and how Endpoints and EndpointSlices say it. Pure.</summary>
internal static class ServiceEndpoints
{
    /// <summary>Pods that have an address, a node that exists, and match; in order of name.</summary>
    public static IReadOnlyList<JsonObject> Backing(JsonObject service, IEnumerable<JsonObject> pods, IReadOnlySet<string> nodes)
    {
        var selector = service.Map("spec", "selector");
        return [.. pods
            .Where(pod => LabelSelection.MatchesMap(selector, pod.Labels())
                && !PodStates.IsFinished(pod)
                && pod.Text("status", "podIP") is { Length: > 0 }
                && nodes.Contains(pod.Text("spec", "nodeName") ?? string.Empty))
            .OrderBy(pod => pod.Name(), StringComparer.Ordinal)];
    }

    /// <summary>The <c>subsets</c> of a v1 Endpoints; null when there is nothing to say.</summary>
    public static JsonArray? Subsets(JsonObject service, IReadOnlyList<JsonObject> pods)
    {
        var publish = service.Flag("spec", "publishNotReadyAddresses");
        var groups = new Dictionary<string, (JsonArray Ports, JsonArray Ready, JsonArray NotReady)>(StringComparer.Ordinal);
        foreach (var pod in pods.Where(pod => !pod.IsDeleting()))
        {
            var ports = Ports(service, pod, nameless: false);
            if (ports is null) continue;
            var key = ports.ToJsonString();
            if (!groups.TryGetValue(key, out var group)) groups[key] = group = (ports, [], []);
            (publish || PodStates.IsReady(pod) ? group.Ready : group.NotReady).Add(Address(service, pod));
        }

        if (groups.Count == 0) return null;
        var subsets = new JsonArray();
        foreach (var (_, group) in groups.OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var subset = new JsonObject();
            if (group.Ready.Count > 0) subset["addresses"] = group.Ready;
            if (group.NotReady.Count > 0) subset["notReadyAddresses"] = group.NotReady;
            if (group.Ports.Count > 0) subset["ports"] = group.Ports;
            subsets.Add(subset);
        }

        return subsets;
    }

    /// <summary>The <c>endpoints</c> of a slice.</summary>
    public static JsonArray SliceEndpoints(JsonObject service, IReadOnlyList<JsonObject> pods)
    {
        var publish = service.Flag("spec", "publishNotReadyAddresses");
        var endpoints = new JsonArray();
        foreach (var pod in pods)
        {
            var serving = PodStates.IsReady(pod);
            var terminating = pod.IsDeleting();
            var endpoint = new JsonObject
            {
                ["addresses"] = new JsonArray(pod.Text("status", "podIP")!),
                ["conditions"] = new JsonObject { ["ready"] = publish || (serving && !terminating), ["serving"] = serving, ["terminating"] = terminating },
                ["targetRef"] = Target(pod),
                ["nodeName"] = pod.Text("spec", "nodeName"),
            };
            if (HostnameOf(service, pod) is { } hostname) endpoint["hostname"] = hostname;
            endpoints.Add(endpoint);
        }

        return endpoints;
    }

    /// <summary>The <c>ports</c> of a slice; named target ports are read from the first Pod.</summary>
    public static JsonArray SlicePorts(JsonObject service, IReadOnlyList<JsonObject> pods) =>
        pods.Select(pod => Ports(service, pod, nameless: true)).FirstOrDefault(ports => ports is not null)
        ?? Ports(service, null, nameless: true)
        ?? [];

    /// <summary>The slice that mirrors one subset of hand-written Endpoints.</summary>
    public static (JsonArray Endpoints, JsonArray Ports) Mirror(JsonNode subset)
    {
        var endpoints = new JsonArray();
        foreach (var (field, ready) in (ReadOnlySpan<(string, bool)>)[("addresses", true), ("notReadyAddresses", false)])
        {
            foreach (var address in subset.Items(field))
            {
                var endpoint = new JsonObject
                {
                    ["addresses"] = new JsonArray(address.Text("ip")!),
                    ["conditions"] = new JsonObject { ["ready"] = ready },
                };
                foreach (var copied in (ReadOnlySpan<string>)["hostname", "nodeName", "targetRef"])
                {
                    if (address.At(copied) is { } value) endpoint[copied] = value.DeepClone();
                }

                endpoints.Add(endpoint);
            }
        }

        var ports = new JsonArray();
        foreach (var port in subset.Items("ports"))
        {
            var copy = new JsonObject
            {
                ["name"] = port.Text("name") ?? string.Empty,
                ["protocol"] = port.Text("protocol") ?? "TCP",
                ["port"] = port.Number("port"),
            };
            if (port.Text("appProtocol") is { } protocol) copy["appProtocol"] = protocol;
            ports.Add(copy);
        }

        return (endpoints, ports);
    }

    private static JsonObject Address(JsonObject service, JsonObject pod)
    {
        var address = new JsonObject { ["ip"] = pod.Text("status", "podIP") };
        if (HostnameOf(service, pod) is { } hostname) address["hostname"] = hostname;
        address["nodeName"] = pod.Text("spec", "nodeName");
        address["targetRef"] = Target(pod);
        return address;
    }

    private static string? HostnameOf(JsonObject service, JsonObject pod) =>
        pod.Text("spec", "hostname") is { Length: > 0 } hostname && pod.Text("spec", "subdomain") == service.Name() ? hostname : null;

    private static JsonObject Target(JsonObject pod) => new()
    {
        ["kind"] = "Pod",
        ["namespace"] = pod.Namespace(),
        ["name"] = pod.Name(),
        ["uid"] = pod.Uid(),
    };

    /// <summary>Null when a named target port is not in the Pod. Slices give a nameless port the empty name, Endpoints none.</summary>
    private static JsonArray? Ports(JsonObject service, JsonObject? pod, bool nameless)
    {
        var ports = new JsonArray();
        foreach (var port in service.Items("spec", "ports"))
        {
            var target = port.At("targetPort");
            var number = target.Text() is { } named && pod is not null
                ? pod.Items("spec", "containers").SelectMany(container => container.Items("ports"))
                    .Where(candidate => candidate.Text("name") == named).Select(candidate => candidate.Number("containerPort")).FirstOrDefault()
                : target.Number() ?? (target.Text() is null ? port.Number("port") : null);
            if (number is null) return null;
            var name = port.Text("name");
            var entry = new JsonObject();
            if (nameless || name is { Length: > 0 }) entry["name"] = name ?? string.Empty;
            entry["port"] = number;
            entry["protocol"] = port.Text("protocol") ?? "TCP";
            if (port.Text("appProtocol") is { } protocol) entry["appProtocol"] = protocol;
            ports.Add(entry);
        }

        return ports;
    }
}
