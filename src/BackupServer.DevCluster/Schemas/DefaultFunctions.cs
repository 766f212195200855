using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas;

/// <summary>The defaults that need more than a value: each is named by an <c>@name</c> line of the table of defaults.</summary>
internal static class DefaultFunctions
{
    private static readonly Dictionary<string, Action<JsonObject>> Functions = new()
    {
        ["requestsFromLimits"] = RequestsFromLimits,
        ["hostPortsOfHostNetwork"] = HostPorts,
        ["serviceAccountAlias"] = ServiceAccountAlias,
        ["imagePullPolicy"] = container => PullPolicy(container, "image", "imagePullPolicy"),
        ["imageVolumePullPolicy"] = volume => PullPolicy(volume, "reference", "pullPolicy"),
        ["volumeSource"] = VolumeSource,
        ["serviceSpec"] = Service,
        ["namespaceLabel"] = NamespaceLabel,
        ["nodeAllocatable"] = NodeAllocatable,
        ["replicationController"] = ReplicationController,
        ["replicaSetLabels"] = LabelsFromTemplate,
        ["jobLabels"] = JobLabels,
        ["limitRangeItem"] = LimitRangeItem,
        ["claimTemplateKinds"] = ClaimTemplateKinds,
        ["policyTypes"] = PolicyTypes,
        ["customResourceNames"] = CustomResourceNames,
    };

    /// <exception cref="FormatException">No such function.</exception>
    public static Action<JsonObject> Find(string name) =>
        Functions.TryGetValue(name, out var function) ? function : throw new FormatException($"the table of defaults names an unknown function @{name}");

    private static void RequestsFromLimits(JsonObject pod)
    {
        foreach (var container in Json.Items(Json.Get(pod, "spec", "containers")).Concat(Json.Items(Json.Get(pod, "spec", "initContainers"))))
        {
            if (Json.Get(container, "resources", "limits") is not JsonObject { Count: > 0 } limits)
            {
                continue;
            }

            var resources = container["resources"]!.AsObject();
            var requests = resources["requests"] as JsonObject ?? [];
            foreach (var (name, limit) in limits)
            {
                if (!requests.ContainsKey(name))
                {
                    requests[name] = limit!.DeepClone();
                }
            }

            resources["requests"] ??= requests;
        }
    }

    private static void HostPorts(JsonObject pod)
    {
        if (!Json.IsTrue(pod, "spec", "hostNetwork"))
        {
            return;
        }

        foreach (var container in Json.Items(Json.Get(pod, "spec", "containers")).Concat(Json.Items(Json.Get(pod, "spec", "initContainers"))))
        {
            foreach (var port in Json.Items(container["ports"]))
            {
                port["hostPort"] ??= port["containerPort"]?.DeepClone();
            }
        }
    }

    private static void ServiceAccountAlias(JsonObject spec)
    {
        // serviceAccount is the old name of serviceAccountName; the server keeps both equal.
        spec["serviceAccountName"] ??= spec["serviceAccount"]?.DeepClone();
        if (spec["serviceAccountName"] is { } name)
        {
            spec["serviceAccount"] = name.DeepClone();
        }
        else
        {
            spec.Remove("serviceAccountName");
        }
    }

    private static void PullPolicy(JsonObject holder, string imageField, string policyField)
    {
        if (holder[policyField] is not null)
        {
            return;
        }

        var image = Json.Text(holder, imageField) ?? "";
        var name = image[(image.LastIndexOf('/') + 1)..];
        var latest = !name.Contains('@') && (name.LastIndexOf(':') is var colon && (colon < 0 || name[(colon + 1)..] == "latest"));
        holder[policyField] = latest ? "Always" : "IfNotPresent";
    }

    private static void VolumeSource(JsonObject volume)
    {
        if (volume.All(member => member.Key == "name" || member.Value is null))
        {
            volume["emptyDir"] = new JsonObject();
        }
    }

    private static void Service(JsonObject service)
    {
        if (service["spec"] is not JsonObject spec)
        {
            service["spec"] = spec = [];
        }

        spec["sessionAffinity"] ??= "None";
        if (Json.Text(spec, "sessionAffinity") == "None")
        {
            spec.Remove("sessionAffinityConfig");
        }
        else if (Json.Get(spec, "sessionAffinityConfig", "clientIP", "timeoutSeconds") is null && Json.Text(spec, "sessionAffinity") == "ClientIP")
        {
            spec["sessionAffinityConfig"] = new JsonObject { ["clientIP"] = new JsonObject { ["timeoutSeconds"] = 10800 } };
        }

        spec["type"] ??= "ClusterIP";
        var type = Json.Text(spec, "type");
        foreach (var port in Json.Items(spec["ports"]))
        {
            if (port["targetPort"] is null || port["targetPort"]!.ToJsonString() is "0" or "\"\"")
            {
                port["targetPort"] = port["port"]?.DeepClone() ?? 0;
            }
        }

        var external = type is "NodePort" or "LoadBalancer" || (type == "ClusterIP" && Json.Items(spec["externalIPs"], any: true).Any());
        if (external)
        {
            spec["externalTrafficPolicy"] ??= "Cluster";
        }

        if (type is "ClusterIP" or "NodePort" or "LoadBalancer")
        {
            spec["internalTrafficPolicy"] ??= "Cluster";
        }

        if (type == "LoadBalancer")
        {
            spec["allocateLoadBalancerNodePorts"] ??= true;
        }
    }

    private static void NamespaceLabel(JsonObject ns)
    {
        if (Json.Text(ns, "metadata", "name") is not { Length: > 0 } name)
        {
            return;
        }

        var metadata = ns["metadata"]!.AsObject();
        if (metadata["labels"] is not JsonObject labels)
        {
            metadata["labels"] = labels = [];
        }

        labels["kubernetes.io/metadata.name"] = name;
    }

    private static void NodeAllocatable(JsonObject node)
    {
        if (node["status"] is JsonObject status && status["capacity"] is JsonObject capacity && status["allocatable"] is not JsonObject { Count: > 0 })
        {
            status["allocatable"] = capacity.DeepClone();
        }
    }

    private static void ReplicationController(JsonObject controller)
    {
        LabelsFromTemplate(controller);
        if (Json.Get(controller, "spec", "template", "metadata", "labels") is JsonObject { Count: > 0 } labels
            && controller["spec"]!["selector"] is not JsonObject { Count: > 0 })
        {
            controller["spec"]!["selector"] = labels.DeepClone();
        }
    }

    private static void JobLabels(JsonObject job)
    {
        if (Json.Get(job, "metadata", "labels") is not JsonObject { Count: > 0 }
            && Json.Get(job, "spec", "template", "metadata", "labels") is JsonObject { Count: > 0 } labels)
        {
            Json.Object(job, "metadata")["labels"] = labels.DeepClone();
        }
    }

    private static void LabelsFromTemplate(JsonObject controller)
    {
        // Only the two oldest kinds (ReplicationController, and ReplicaSet by descent) take their template's labels; apps/v1 ReplicaSets do not.
        if (Json.Text(controller, "apiVersion") != "v1"
            || Json.Get(controller, "spec", "template", "metadata", "labels") is not JsonObject { Count: > 0 } labels)
        {
            return;
        }

        var metadata = Json.Object(controller, "metadata");
        if (metadata["labels"] is not JsonObject { Count: > 0 })
        {
            metadata["labels"] = labels.DeepClone();
        }
    }

    private static void LimitRangeItem(JsonObject item)
    {
        if (Json.Text(item, "type") != "Container")
        {
            return;
        }

        var limits = item["default"] as JsonObject ?? [];
        var requests = item["defaultRequest"] as JsonObject ?? [];
        Copy(item["max"] as JsonObject, limits);
        Copy(limits, requests);
        Copy(item["min"] as JsonObject, requests);
        Set(item, "default", limits);
        Set(item, "defaultRequest", requests);

        static void Copy(JsonObject? from, JsonObject to)
        {
            foreach (var (name, value) in from ?? [])
            {
                to[name] ??= value!.DeepClone();
            }
        }

        static void Set(JsonObject item, string name, JsonObject value)
        {
            if (value.Count > 0 && item[name] is null)
            {
                item[name] = value;
            }
        }
    }

    private static void ClaimTemplateKinds(JsonObject statefulSet)
    {
        foreach (var template in Json.Items(Json.Get(statefulSet, "spec", "volumeClaimTemplates")))
        {
            template["kind"] ??= "PersistentVolumeClaim";
            template["apiVersion"] ??= "v1";
        }
    }

    private static void PolicyTypes(JsonObject spec)
    {
        if (spec["policyTypes"] is not JsonArray { Count: > 0 })
        {
            spec["policyTypes"] = spec["egress"] is JsonArray { Count: > 0 } ? new JsonArray("Ingress", "Egress") : new JsonArray("Ingress");
        }
    }

    private static void CustomResourceNames(JsonObject definition)
    {
        if (Json.Get(definition, "spec", "names") is JsonObject names && Json.Text(names, "kind") is { Length: > 0 } kind)
        {
            names["singular"] ??= kind.ToLowerInvariant();
            names["listKind"] ??= kind + "List";
        }
    }
}
