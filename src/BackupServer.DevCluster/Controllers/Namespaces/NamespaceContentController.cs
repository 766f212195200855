using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Controllers.Namespaces;

/// <summary>Gives every active namespace its <c>default</c> ServiceAccount and the <c>kube-root-ca.crt</c> ConfigMap, and gives them back when removed.</summary>
internal sealed class NamespaceContentController(ControllerContext context) : Reconciler(context, "namespace-content")
{
    private const string RootCaName = "kube-root-ca.crt";

    protected override IReadOnlyCollection<string>? Watched { get; } = ["namespaces", "serviceaccounts", "configmaps"];

    protected override IEnumerable<ObjectKey> KeysOf(ObjectChange change) => change.Resource switch
    {
        "namespaces" when !change.Deleted => [new ObjectKey(null, change.Name)],
        "serviceaccounts" when change.Deleted && change.Name == "default" => [new ObjectKey(null, change.Namespace!)],
        "configmaps" when change.Name == RootCaName => [new ObjectKey(null, change.Namespace!)],
        _ => [],
    };

    protected override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var ns = Client.Get("namespaces", null, key.Name);
        if (ns is null || ns.IsDeleting()) return null;
        if (Client.Get("serviceaccounts", key.Name, "default") is null)
        {
            await Client.CreateAsync("serviceaccounts", key.Name, Shell("ServiceAccount", "default", key.Name), cancellationToken);
        }

        var certificate = Context.RootCertificatePem;
        if (Client.Get("configmaps", key.Name, RootCaName) is { } present)
        {
            if (present.Text("data", "ca.crt") == certificate) return null;
            await Client.ChangeAsync("configmaps", key.Name, RootCaName, "", map => map.Ensure("data")["ca.crt"] = certificate, cancellationToken);
            return null;
        }

        var map = Shell("ConfigMap", RootCaName, key.Name);
        map.SetAnnotation(
            "kubernetes.io/description",
            "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. "
            + "No other usage is guaranteed across distributions of Kubernetes clusters.");
        map["data"] = new JsonObject { ["ca.crt"] = certificate };
        await Client.CreateAsync("configmaps", key.Name, map, cancellationToken);
        return null;
    }

    private static JsonObject Shell(string kind, string name, string ns) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = kind,
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ns },
    };
}
