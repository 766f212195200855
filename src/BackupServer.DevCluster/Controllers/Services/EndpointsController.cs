using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Controllers.Services;

/// <summary>Endpoints and EndpointSlices of Services with a selector, and slices that mirror Endpoints written by hand.</summary>
internal sealed class EndpointsController(ControllerContext context) : Reconciler(context, "endpoint-controller")
{
    private const string Slices = "endpointslices.discovery.k8s.io";
    private const string ManagedBy = "endpoints.kubernetes.io/managed-by";
    private const string SliceManagedBy = "endpointslice.kubernetes.io/managed-by";
    private const string ServiceLabel = "kubernetes.io/service-name";
    private const string Manager = "endpointslice-controller.k8s.io";
    private const string Mirrorer = "endpointslicemirroring-controller.k8s.io";

    protected override IReadOnlyCollection<string>? Watched { get; } = ["services", "pods", "endpoints", "nodes"];

    protected override IEnumerable<ObjectKey> KeysOf(ObjectChange change)
    {
        switch (change.Resource)
        {
            case "services" or "endpoints":
                return [change.Key];
            case "nodes":
                return change.Deleted || change.Created ? Client.List("services").Select(service => new ObjectKey(service.Namespace(), service.Name())) : [];
            default:
                // By namespace and not by label: a Pod that was relabelled must leave the Service it no longer matches.
                return Client.List("services", change.Namespace).Where(service => service.Map("spec", "selector").Count > 0)
                    .Select(service => new ObjectKey(change.Namespace, service.Name()));
        }
    }

    protected override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var ns = key.Namespace!;
        var service = Client.Get("services", ns, key.Name);
        var endpoints = Client.Get("endpoints", ns, key.Name);
        var slices = Client.List(Slices, ns).Where(slice => slice.Labels().GetValueOrDefault(ServiceLabel) == key.Name).ToList();
        if (service is null)
        {
            if (endpoints is not null && endpoints.Labels().ContainsKey(ManagedBy))
            {
                await Client.DeleteAsync("endpoints", ns, key.Name, new DeleteWish(endpoints.Uid()), cancellationToken);
            }

            await DeleteAsync(slices.Where(slice => slice.Labels().GetValueOrDefault(SliceManagedBy) is Manager or Mirrorer), cancellationToken);
            return null;
        }

        if (service.IsDeleting() || Client.Get("namespaces", null, ns).IsDeleting()) return null;
        if (service.Map("spec", "selector").Count == 0)
        {
            await MirrorAsync(endpoints, slices.Where(slice => slice.Labels().GetValueOrDefault(SliceManagedBy) == Mirrorer).ToList(), cancellationToken);
            return null;
        }

        if (service.Text("spec", "type") == "ExternalName") return null;
        var nodes = Client.List("nodes").Select(node => node.Name()).ToHashSet(StringComparer.Ordinal);
        var pods = ServiceEndpoints.Backing(service, Client.List("pods", ns), nodes);
        await WriteEndpointsAsync(service, endpoints, pods, cancellationToken);
        await WriteSliceAsync(
            service, "v1", "Service", slices.Find(slice => slice.Labels().GetValueOrDefault(SliceManagedBy) == Manager), Manager, "IPv4",
            ServiceEndpoints.SliceEndpoints(service, pods), ServiceEndpoints.SlicePorts(service, pods), cancellationToken);
        return null;
    }

    private static JsonObject LabelsOf(JsonObject service)
    {
        var labels = new JsonObject();
        if (service.Text("spec", "clusterIP") == "None") labels["service.kubernetes.io/headless"] = "";
        foreach (var (key, value) in service.Labels()) labels[key] = value;
        return labels;
    }

    private async Task WriteEndpointsAsync(JsonObject service, JsonObject? present, IReadOnlyList<JsonObject> pods, CancellationToken cancellationToken)
    {
        var labels = LabelsOf(service);
        labels[ManagedBy] = "endpoint-controller";
        void Fill(JsonObject endpoints)
        {
            endpoints.Ensure("metadata")["labels"] = labels.DeepClone();
            if (ServiceEndpoints.Subsets(service, pods) is { } subsets) endpoints["subsets"] = subsets;
            else endpoints.Remove("subsets");
        }

        if (present is not null)
        {
            await Client.ChangeAsync("endpoints", service.Namespace(), service.Name(), "", Fill, cancellationToken);
            return;
        }

        var made = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Endpoints",
            ["metadata"] = new JsonObject { ["name"] = service.Name(), ["namespace"] = service.Namespace() },
        };
        Fill(made);
        await Client.CreateAsync("endpoints", service.Namespace(), made, cancellationToken);
    }

    private async Task WriteSliceAsync(
        JsonObject owner, string apiVersion, string kind, JsonObject? present, string manager, string addressType,
        JsonArray endpoints, JsonArray ports, CancellationToken cancellationToken)
    {
        var labels = LabelsOf(owner);
        labels[SliceManagedBy] = manager;
        labels[ServiceLabel] = owner.Name();
        void Fill(JsonObject slice)
        {
            slice.Ensure("metadata")["labels"] = labels.DeepClone();
            slice["endpoints"] = endpoints.DeepClone();
            slice["ports"] = ports.DeepClone();
        }

        if (present is not null)
        {
            await Client.ChangeAsync(Slices, owner.Namespace(), present.Name(), "", Fill, cancellationToken);
            return;
        }

        var reference = OwnerReference.ControllerReference(owner);
        reference["apiVersion"] = apiVersion;
        reference["kind"] = kind;
        var made = new JsonObject
        {
            ["apiVersion"] = "discovery.k8s.io/v1",
            ["kind"] = "EndpointSlice",
            ["metadata"] = new JsonObject
            {
                ["generateName"] = owner.Name() + "-",
                ["namespace"] = owner.Namespace(),
                ["ownerReferences"] = new JsonArray(reference),
            },
            ["addressType"] = addressType,
        };
        Fill(made);
        await Client.CreateAsync(Slices, owner.Namespace(), made, cancellationToken);
    }

    private async Task MirrorAsync(JsonObject? endpoints, List<JsonObject> slices, CancellationToken cancellationToken)
    {
        if (endpoints is null || endpoints.IsDeleting() || endpoints.Labels().GetValueOrDefault("endpointslice.kubernetes.io/skip-mirror") == "true"
            || endpoints.Annotation("control-plane.alpha.kubernetes.io/leader") is not null)
        {
            await DeleteAsync(slices, cancellationToken);
            return;
        }

        var subsets = endpoints.Items("subsets").ToList();
        for (var i = 0; i < subsets.Count; i++)
        {
            var (addresses, ports) = ServiceEndpoints.Mirror(subsets[i]);
            var isV6 = addresses.OfType<JsonObject>().FirstOrDefault().Texts("addresses").FirstOrDefault()?.Contains(':') == true;
            await WriteSliceAsync(
                endpoints, "v1", "Endpoints", i < slices.Count ? slices[i] : null, Mirrorer, isV6 ? "IPv6" : "IPv4", addresses, ports, cancellationToken);
        }

        await DeleteAsync(slices.Skip(subsets.Count), cancellationToken);
    }

    private async Task DeleteAsync(IEnumerable<JsonObject> slices, CancellationToken cancellationToken)
    {
        foreach (var slice in slices)
        {
            await Client.DeleteAsync(Slices, slice.Namespace(), slice.Name(), new DeleteWish(slice.Uid()), cancellationToken);
        }
    }
}
