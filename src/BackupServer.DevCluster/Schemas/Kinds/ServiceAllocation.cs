using System.Net;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;

namespace BackupServer.DevCluster.Schemas.Kinds;

/// <summary>
/// Hands out cluster addresses (10.96.0.0/16) and node ports (30000-32767). What is taken is what the stored Services say, and what was
/// handed out to writes under way; nothing has to be released, so nothing can leak. Thread-safe.
/// </summary>
internal sealed class ServiceAllocation
{
    private const int FirstPort = 30000;
    private const int LastPort = 32767;
    private const uint Network = (10u << 24) | (96u << 16);
    private static readonly TimeSpan Reservation = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, DateTimeOffset> _reserved = [];

    /// <summary>Whether a service has a port of its own for the node's health check.</summary>
    public static bool NeedsHealthCheckPort(JsonObject spec) =>
        Json.Text(spec, "type") == "LoadBalancer" && Json.Text(spec, "externalTrafficPolicy") == "Local";

    /// <summary>Completes addresses and ports in place.</summary>
    /// <exception cref="ApiStatusException">422: an address or port asked for is taken or out of range.</exception>
    public void Allocate(JsonObject service, BehaviourContext context)
    {
        if (service["spec"] is not JsonObject spec || Json.Text(spec, "type") == "ExternalName")
        {
            return;
        }

        lock (_lock)
        {
            var taken = Taken(service.Uid(), context);
            var errors = new FieldErrors();
            Address(spec, taken, errors, context);
            Ports(spec, taken, errors, context);
            errors.ThrowIfAny(context.Resource, service.Name());
        }
    }

    private HashSet<string> Taken(string uid, BehaviourContext context)
    {
        var now = context.Time.GetUtcNow();
        foreach (var (key, until) in _reserved.ToList())
        {
            if (until < now)
            {
                _reserved.Remove(key);
            }
        }

        var taken = new HashSet<string>(_reserved.Keys) { "10.96.0.0", "10.96.0.1", "10.96.0.10", "10.96.255.255" };
        foreach (var other in context.Resources.List(context.Resource))
        {
            if (other.Uid != uid)
            {
                taken.UnionWith(Claims(other.ToJson()));
            }
            else if (other.Name == "kubernetes")
            {
                taken.Remove("10.96.0.1");
            }
        }

        return taken;
    }

    private static IEnumerable<string> Claims(JsonObject service)
    {
        foreach (var address in Json.Texts(Json.Get(service, "spec", "clusterIPs")))
        {
            yield return address;
        }

        foreach (var port in Json.Items(Json.Get(service, "spec", "ports")))
        {
            if (Json.Integer(port, "nodePort") is > 0 and var number)
            {
                yield return $"{number}/{Json.Text(port, "protocol")}";
            }
        }

        if (Json.Integer(service, "spec", "healthCheckNodePort") is > 0 and var check)
        {
            yield return $"{check}/TCP";
        }
    }

    private void Address(JsonObject spec, HashSet<string> taken, FieldErrors errors, BehaviourContext context)
    {
        var address = Json.Text(spec, "clusterIP");
        if (address == "None")
        {
            spec["clusterIPs"] = new JsonArray("None");
            return;
        }

        if (string.IsNullOrEmpty(address))
        {
            address = FreeAddress(taken, context);
        }
        else if (!IPAddress.TryParse(address, out var parsed) || !address.StartsWith("10.96.", StringComparison.Ordinal))
        {
            errors.Invalid("spec.clusterIPs", new JsonArray(address), $"failed to allocate IP {parsed?.ToString() ?? address}: the provided network does not match the current range");
            return;
        }
        else if (taken.Contains(address) && address != "10.96.0.1" && address != "10.96.0.10")
        {
            errors.Invalid("spec.clusterIPs", new JsonArray(address), $"failed to allocate IP {address}: provided IP is already allocated");
            return;
        }

        Reserve(address, taken, context);
        spec["clusterIP"] = address;
        spec["clusterIPs"] = new JsonArray(address);
    }

    private void Ports(JsonObject spec, HashSet<string> taken, FieldErrors errors, BehaviourContext context)
    {
        var type = Json.Text(spec, "type");
        var wantsPorts = type == "NodePort" || (type == "LoadBalancer" && spec["allocateLoadBalancerNodePorts"]?.GetValueKind() != System.Text.Json.JsonValueKind.False);
        var at = 0;
        var own = new HashSet<long>();
        foreach (var port in Json.Items(spec["ports"]))
        {
            var protocol = Json.Text(port, "protocol") ?? "TCP";
            if (Json.Integer(port, "nodePort") is > 0 and var wanted && type is "NodePort" or "LoadBalancer")
            {
                Check(wanted, protocol, $"spec.ports[{at}].nodePort", port["nodePort"]!, taken, errors);
                own.Add(wanted);
                Reserve($"{wanted}/{protocol}", taken, context);
            }
            else if (wantsPorts)
            {
                port["nodePort"] = FreePort(protocol, taken, context);
            }

            at++;
        }

        if (NeedsHealthCheckPort(spec) && Json.Integer(spec, "healthCheckNodePort") is null or 0)
        {
            spec["healthCheckNodePort"] = FreePort("TCP", taken, context);
        }
    }

    private static void Check(long port, string protocol, string path, JsonNode shown, HashSet<string> taken, FieldErrors errors)
    {
        if (port is < FirstPort or > LastPort)
        {
            errors.Invalid(path, shown.DeepClone(), $"provided port is not in the valid range. The range of valid ports is {FirstPort}-{LastPort}");
        }
        else if (taken.Contains($"{port}/{protocol}"))
        {
            errors.Invalid(path, shown.DeepClone(), "provided port is already allocated");
        }
    }

    private string FreeAddress(HashSet<string> taken, BehaviourContext context)
    {
        for (var attempt = 0; attempt < 200_000; attempt++)
        {
            var candidate = Network | (uint)Random(1, 0xffff, context);
            var text = $"{candidate >> 24}.{(candidate >> 16) & 255}.{(candidate >> 8) & 255}.{candidate & 255}";
            if (!taken.Contains(text))
            {
                return text;
            }
        }

        throw ApiErrors.Internal("failed to allocate a serviceIP: range is full");
    }

    private long FreePort(string protocol, HashSet<string> taken, BehaviourContext context)
    {
        for (var attempt = 0; attempt < 100_000; attempt++)
        {
            var port = Random(FirstPort, LastPort + 1, context);
            if (!taken.Contains($"{port}/{protocol}"))
            {
                Reserve($"{port}/{protocol}", taken, context);
                return port;
            }
        }

        throw ApiErrors.Internal("failed to allocate a nodePort: range is full");
    }

    private void Reserve(string claim, HashSet<string> taken, BehaviourContext context)
    {
        taken.Add(claim);
        if (!context.Options.DryRun)
        {
            _reserved[claim] = context.Time.GetUtcNow() + Reservation;
        }
    }

    private static int Random(int from, int to, BehaviourContext context)
    {
        lock (context.Resources.Random)
        {
            return context.Resources.Random.Next(from, to);
        }
    }

    /// <summary>Frees reservations of a service that was stored or deleted: from now on the store tells.</summary>
    public void Settled(JsonObject service)
    {
        lock (_lock)
        {
            foreach (var claim in Claims(service))
            {
                _reserved.Remove(claim);
            }
        }
    }
}
