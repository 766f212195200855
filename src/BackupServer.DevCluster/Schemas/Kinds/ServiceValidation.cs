using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas.Kinds;

/// <summary>Services.</summary>
internal static class ServiceValidation
{
    private static readonly string[] Types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];

    public static void Validate(ValidationCase test)
    {
        var spec = test.Value["spec"] as JsonObject ?? [];
        var type = Json.Text(spec, "type");
        var headless = Json.Text(spec, "clusterIP") == "None";
        var ports = Json.Items(spec["ports"]).ToList();
        if (ports.Count == 0 && type != "ExternalName" && !headless)
        {
            test.Errors.Required("spec.ports");
        }

        if (type == "ExternalName" && string.IsNullOrEmpty(Json.Text(spec, "externalName")))
        {
            test.Errors.Required("spec.externalName");
        }

        Ports(test, ports, headless);
        if (Json.Text(spec, "sessionAffinity") is { } affinity && affinity is not ("ClientIP" or "None"))
        {
            test.Errors.NotSupported("spec.sessionAffinity", affinity, ["ClientIP", "None"]);
        }

        ExternalAddresses(test, spec);
        if (!Types.Contains(type))
        {
            test.Errors.NotSupported("spec.type", type, Types);
        }

        Families(test, spec);
        AddressUpdate(test, spec);
        HealthCheckUpdate(test, spec);
    }

    private static void Ports(ValidationCase test, List<JsonObject> ports, bool headless)
    {
        var names = new HashSet<string>();
        for (var i = 0; i < ports.Count; i++)
        {
            var port = ports[i];
            var path = $"spec.ports[{i}]";
            if (Json.Text(port, "name") is not { Length: > 0 } name)
            {
                if (ports.Count > 1)
                {
                    test.Errors.Required(path + ".name");
                }
            }
            else if (Names.DnsLabel(name).ToList() is { Count: > 0 } problems)
            {
                problems.ForEach(problem => test.Errors.Invalid(path + ".name", name, problem));
            }
            else if (!names.Add(name))
            {
                test.Errors.Duplicate(path + ".name", name);
            }

            PortNumber(test, path + ".port", port["port"] ?? 0);
            if (Json.Text(port, "protocol") is { } protocol && protocol is not ("SCTP" or "TCP" or "UDP"))
            {
                test.Errors.NotSupported(path + ".protocol", protocol, ["SCTP", "TCP", "UDP"]);
            }

            if (port["targetPort"] is { } target)
            {
                TargetPort(test, path + ".targetPort", target);
            }
        }

        SamePorts(test, ports);
    }

    private static void SamePorts(ValidationCase test, List<JsonObject> ports)
    {
        var seen = new HashSet<(long?, string?)>();
        for (var i = 0; i < ports.Count; i++)
        {
            var port = ports[i];
            if (!seen.Add((Json.Integer(port, "port"), Json.Text(port, "protocol"))))
            {
                var shown = new JsonObject
                {
                    ["Name"] = "",
                    ["Protocol"] = port["protocol"]?.DeepClone(),
                    ["AppProtocol"] = null,
                    ["Port"] = port["port"]?.DeepClone(),
                    ["TargetPort"] = 0,
                    ["NodePort"] = 0,
                };
                test.Errors.Duplicate($"spec.ports[{i}]", shown);
            }
        }
    }

    private static void PortNumber(ValidationCase test, string path, JsonNode number)
    {
        if (Json.Integer(number) is not (>= 1 and <= 65535))
        {
            test.Errors.Invalid(path, number.DeepClone(), "must be between 1 and 65535, inclusive");
        }
    }

    private static void TargetPort(ValidationCase test, string path, JsonNode target)
    {
        if (target.GetValueKind() == JsonValueKind.Number)
        {
            PortNumber(test, path, target);
            return;
        }

        foreach (var problem in Names.PortName((string)target!))
        {
            test.Errors.Invalid(path, target.DeepClone(), problem);
        }
    }

    private static void ExternalAddresses(ValidationCase test, JsonObject spec)
    {
        var at = 0;
        foreach (var text in Json.Texts(spec["externalIPs"]))
        {
            var path = $"spec.externalIPs[{at++}]";
            if (!IPAddress.TryParse(text, out var address))
            {
                test.Errors.Invalid(path, text, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
            }
            else if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
            {
                test.Errors.Invalid(path, text, $"may not be unspecified ({text})");
            }
            else if (IPAddress.IsLoopback(address))
            {
                test.Errors.Invalid(path, text, "may not be in the loopback range (127.0.0.0/8, ::1/128)");
            }
        }
    }

    private static void Families(ValidationCase test, JsonObject spec)
    {
        var headless = Json.Text(spec, "clusterIP") == "None";
        if (Json.Text(spec, "type") == "ExternalName" || (headless && spec["selector"] is not JsonObject { Count: > 0 }))
        {
            return;
        }

        if (Json.Text(spec, "ipFamilyPolicy") == "RequireDualStack")
        {
            test.Errors.Invalid("spec.ipFamilyPolicy", "RequireDualStack", "this cluster is not configured for dual-stack services");
        }

        if (Json.Texts(spec["ipFamilies"]).FirstOrDefault() == "IPv6")
        {
            test.Errors.Invalid("spec.ipFamilies[0]", "IPv6", "not configured on this cluster");
        }
    }

    private static void AddressUpdate(ValidationCase test, JsonObject spec)
    {
        if (test.Old?["spec"] is not JsonObject old || Json.Text(old, "type") == "ExternalName" || Json.Text(spec, "type") == "ExternalName")
        {
            return;
        }

        if (Json.Text(old, "clusterIP") is { Length: > 0 } before && Json.Text(spec, "clusterIP") is { } after && after != before)
        {
            test.Errors.Invalid("spec.clusterIPs[0]", new JsonArray(after), "may not change once set");
        }
    }

    private static void HealthCheckUpdate(ValidationCase test, JsonObject spec)
    {
        if (test.Old?["spec"] is JsonObject old && Json.Integer(old, "healthCheckNodePort") is > 0 and var before
            && Json.Integer(spec, "healthCheckNodePort") is { } after && after != before && ServiceAllocation.NeedsHealthCheckPort(spec))
        {
            test.Errors.Invalid("spec.healthCheckNodePort", after, "field is immutable");
        }
    }
}
