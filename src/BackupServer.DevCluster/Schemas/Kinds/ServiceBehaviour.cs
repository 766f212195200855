using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas.Kinds;

/// <summary>Services: addresses, ports and IP families, and what falls away when the type changes.</summary>
internal sealed class ServiceBehaviour(KindTraits traits) : SelectingBehaviour(traits)
{
    private readonly ServiceAllocation _allocation = new();

    /// <inheritdoc/>
    public override void Allocate(JsonObject obj, JsonObject? old, BehaviourContext context)
    {
        if (context.Subresource.Length == 0)
        {
            _allocation.Allocate(obj, context);
        }
    }

    /// <inheritdoc/>
    public override void Committed(JsonObject? obj, JsonObject? old, BehaviourContext context) => _allocation.Settled((obj ?? old)!);

    /// <inheritdoc/>
    protected override void OnCreate(JsonObject obj, BehaviourContext context)
    {
        var spec = Json.Object(obj, "spec");
        Families(spec);
        if (spec["externalIPs"] is JsonArray { Count: > 0 })
        {
            context.Warn("spec.externalIPs is deprecated and may no longer be implemented in some clusters");
        }
    }

    /// <inheritdoc/>
    protected override void OnUpdate(JsonObject obj, JsonObject old, BehaviourContext context)
    {
        if (context.Subresource.Length > 0)
        {
            return;
        }

        var spec = Json.Object(obj, "spec");
        var before = old["spec"] as JsonObject ?? [];
        TakeOver(spec, before);
        Drop(spec, before);
        Families(spec);
    }

    private static bool HasAddress(JsonObject spec) => Json.Text(spec, "type") is "ClusterIP" or "NodePort" or "LoadBalancer";

    private static bool HasNodePorts(JsonObject spec) => Json.Text(spec, "type") is "NodePort" or "LoadBalancer";

    /// <summary>What the server gave out and the update does not mention stays.</summary>
    private static void TakeOver(JsonObject spec, JsonObject before)
    {
        if (HasAddress(spec) && HasAddress(before) && string.IsNullOrEmpty(Json.Text(spec, "clusterIP")))
        {
            foreach (var name in new[] { "clusterIP", "clusterIPs" })
            {
                spec[name] = before[name]?.DeepClone();
            }
        }

        if (HasNodePorts(spec) && HasNodePorts(before))
        {
            foreach (var port in Json.Items(spec["ports"]).Where(port => Json.Integer(port, "nodePort") is null or 0))
            {
                var same = Json.Items(before["ports"]).FirstOrDefault(candidate =>
                    JsonNode.DeepEquals(candidate["port"], port["port"]) && JsonNode.DeepEquals(candidate["protocol"], port["protocol"]));
                if (same?["nodePort"] is { } nodePort)
                {
                    port["nodePort"] = nodePort.DeepClone();
                }
            }
        }

        if (ServiceAllocation.NeedsHealthCheckPort(spec) && ServiceAllocation.NeedsHealthCheckPort(before))
        {
            spec["healthCheckNodePort"] ??= before["healthCheckNodePort"]?.DeepClone();
        }
    }

    /// <summary>Fields of the old type that the update leaves as they were fall away with it.</summary>
    private static void Drop(JsonObject spec, JsonObject before)
    {
        if (!HasAddress(spec))
        {
            foreach (var name in new[] { "clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy" })
            {
                spec.Remove(name);
            }
        }

        if (!HasNodePorts(spec) && HasNodePorts(before))
        {
            foreach (var port in Json.Items(spec["ports"]))
            {
                port.Remove("nodePort");
            }
        }

        if (!ServiceAllocation.NeedsHealthCheckPort(spec) && JsonNode.DeepEquals(spec["healthCheckNodePort"], before["healthCheckNodePort"]))
        {
            spec.Remove("healthCheckNodePort");
        }

        if (Json.Text(spec, "type") != "LoadBalancer")
        {
            spec.Remove("allocateLoadBalancerNodePorts");
            spec.Remove("loadBalancerClass");
        }

        if (!HasNodePorts(spec) && spec["externalIPs"] is not JsonArray { Count: > 0 })
        {
            spec.Remove("externalTrafficPolicy");
        }
    }

    private static void Families(JsonObject spec)
    {
        if (!HasAddress(spec))
        {
            return;
        }

        var selectsNothing = Json.Text(spec, "clusterIP") == "None" && spec["selector"] is not JsonObject { Count: > 0 };
        if (spec["ipFamilyPolicy"] is null)
        {
            spec["ipFamilyPolicy"] = selectsNothing && spec["ipFamilies"] is null ? "RequireDualStack" : "SingleStack";
        }

        if (spec["ipFamilies"] is not JsonArray { Count: > 0 })
        {
            spec["ipFamilies"] = selectsNothing && Json.Text(spec, "ipFamilyPolicy") != "SingleStack" ? new JsonArray("IPv4", "IPv6") : new JsonArray("IPv4");
        }
    }
}
