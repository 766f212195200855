using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Controllers.ApiServices;
using BackupServer.DevCluster.Registry;

namespace BackupServer.DevCluster.Cluster;

/// <summary>Objects that exist in every cluster before the first request.</summary>
internal static class Bootstrap
{
    private const string Rbac = "rbac.authorization.k8s.io";
    private const string DiscoveryPaths = """["/api","/api/*","/apis","/apis/*","/healthz","/livez","/openapi","/openapi/*","/readyz","/version","/version/"]""";
    private const string PublicPaths = """["/healthz","/healthz/*","/livez","/livez/*","/readyz","/readyz/*","/version","/version/"]""";
    private const string IssuerPaths = """["/.well-known/openid-configuration","/.well-known/openid-configuration/","/openid/v1/jwks","/openid/v1/jwks/"]""";
    private const string All = "[\"*\"]";
    private const string ReadVerbs = """["get","list","watch"]""";
    private const string WriteVerbs = """["create","delete","deletecollection","get","list","patch","update","watch"]""";
    private const string Workloads = """["","apps","autoscaling","batch","networking.k8s.io","policy","discovery.k8s.io","events.k8s.io","coordination.k8s.io"]""";

    private static readonly (string Name, string Rules, string[] Groups)[] ClusterRoles =
    [
        ("cluster-admin", $$"""[{"apiGroups":{{All}},"resources":{{All}},"verbs":{{All}}},{"nonResourceURLs":{{All}},"verbs":{{All}}}]""", ["system:masters"]),
        ("system:discovery", $$"""[{"nonResourceURLs":{{DiscoveryPaths}},"verbs":["get"]}]""", ["system:authenticated"]),
        ("system:public-info-viewer", $$"""[{"nonResourceURLs":{{PublicPaths}},"verbs":["get"]}]""", ["system:authenticated", "system:unauthenticated"]),
        (
            "system:basic-user",
            """
            [{"apiGroups":["authorization.k8s.io"],"resources":["selfsubjectaccessreviews","selfsubjectrulesreviews"],"verbs":["create"]},
             {"apiGroups":["authentication.k8s.io"],"resources":["selfsubjectreviews"],"verbs":["create"]}]
            """,
            ["system:authenticated"]
        ),
        ("system:service-account-issuer-discovery", $$"""[{"nonResourceURLs":{{IssuerPaths}},"verbs":["get"]}]""", ["system:serviceaccounts"]),
        ("admin", $$"""[{"apiGroups":{{Workloads}},"resources":{{All}},"verbs":{{WriteVerbs}}},{"apiGroups":["{{Rbac}}"],"resources":["roles","rolebindings"],"verbs":{{WriteVerbs}}}]""", []),
        ("edit", $$"""[{"apiGroups":{{Workloads}},"resources":{{All}},"verbs":{{WriteVerbs}}}]""", []),
        ("view", $$"""[{"apiGroups":["apps","autoscaling","batch","networking.k8s.io","policy"],"resources":{{All}},"verbs":{{ReadVerbs}}},{"apiGroups":[""],"resources":["configmaps","endpoints","events","limitranges","namespaces","persistentvolumeclaims","pods","pods/log","pods/status","replicationcontrollers","resourcequotas","serviceaccounts","services"],"verbs":{{ReadVerbs}}}]""", []),
    ];

    private static readonly string[] Namespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];

    /// <summary>Creates what is missing. Idempotent.</summary>
    public static void Run(ResourceService resources)
    {
        var options = WriteOptions.Controller("kube-apiserver");
        var namespaces = resources.Catalog.Get("", "v1", "namespaces");
        foreach (var name in Namespaces.Where(n => resources.Find(namespaces, "", n) is null))
        {
            var obj = new JsonObject { ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["kubernetes.io/metadata.name"] = name } } };
            resources.Create(namespaces, "", obj, options);
        }

        var apiServices = resources.Catalog.Get("apiregistration.k8s.io", "v1", "apiservices");
        foreach (var (place, (group, version)) in resources.Catalog.BuiltInGroupVersions.Index())
        {
            CreateMissing(resources, apiServices, LocalApiServices.BuiltIn(group, version, place), options);
        }

        var roles = resources.Catalog.Get(Rbac, "v1", "clusterroles");
        var bindings = resources.Catalog.Get(Rbac, "v1", "clusterrolebindings");
        foreach (var (name, rules, groups) in ClusterRoles)
        {
            CreateMissing(resources, roles, new JsonObject { ["metadata"] = Metadata(name), ["rules"] = JsonNode.Parse(rules) }, options);
            if (groups.Length == 0)
            {
                continue;
            }

            var binding = new JsonObject
            {
                ["metadata"] = Metadata(name),
                ["roleRef"] = new JsonObject { ["apiGroup"] = Rbac, ["kind"] = "ClusterRole", ["name"] = name },
                ["subjects"] = new JsonArray([.. groups.Select(g => (JsonNode)new JsonObject { ["kind"] = "Group", ["apiGroup"] = Rbac, ["name"] = g })]),
            };
            CreateMissing(resources, bindings, binding, options);
        }
    }

    private static JsonObject Metadata(string name) =>
        new() { ["name"] = name, ["labels"] = new JsonObject { ["kubernetes.io/bootstrapping"] = "rbac-defaults" } };

    private static void CreateMissing(ResourceService resources, ResourceDefinition resource, JsonObject obj, WriteOptions options)
    {
        if (resources.Find(resource, "", obj.Name()) is null)
        {
            resources.Create(resource, "", obj, options);
        }
    }
}
