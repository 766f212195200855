using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Schemas.Kinds;

namespace BackupServer.DevCluster.Schemas.Admission;

/// <summary>What every new pod gets: a ServiceAccount and its token, a priority, tolerations of node trouble.</summary>
internal sealed class PodAdmission : IAdmissionPlugin
{
    private const string TokenPath = "/var/run/secrets/kubernetes.io/serviceaccount";
    private const int TokenSeconds = 3607;

    private static readonly Dictionary<string, int> SystemPriorities = new()
    {
        ["system-node-critical"] = 2_000_001_000,
        ["system-cluster-critical"] = 2_000_000_000,
    };

    /// <inheritdoc/>
    public void Admit(AdmissionRequest request)
    {
        if (request is { Operation: "CREATE", Resource: { Group: "", Resource: "pods" }, Subresource: "", Object: { } pod })
        {
            var spec = Json.Object(pod, "spec");
            ServiceAccount(request, spec);
            Priority(request, spec);
            Tolerations(spec);
        }
    }

    private static void ServiceAccount(AdmissionRequest request, JsonObject spec)
    {
        var name = Json.Text(spec, "serviceAccountName") is { Length: > 0 } given ? given : "default";
        spec["serviceAccountName"] = name;
        spec["serviceAccount"] = name;
        var accounts = request.Resources.Catalog.Get("", "v1", "serviceaccounts");
        var account = request.Resources.Find(accounts, request.Namespace, name)?.ToJson()
            ?? throw ApiErrors.Forbidden(request.Resource, request.Name,
                $"error looking up service account {request.Namespace}/{name}: serviceaccount \"{name}\" not found");
        if (spec["imagePullSecrets"] is null && account["imagePullSecrets"] is JsonArray { Count: > 0 } secrets)
        {
            spec["imagePullSecrets"] = secrets.DeepClone();
        }

        var mounts = (bool?)spec["automountServiceAccountToken"] ?? (bool?)account["automountServiceAccountToken"] ?? true;
        if (mounts)
        {
            MountToken(request, spec);
        }
    }

    private static void MountToken(AdmissionRequest request, JsonObject spec)
    {
        var volume = "kube-api-access-" + NameGenerator.Suffix(5, request.Resources.Random);
        var mounted = false;
        foreach (var container in PodFacts.Containers(request.Object!))
        {
            var mounts = Json.Array(container, "volumeMounts");
            if (!Json.Items(mounts).Any(mount => Json.Text(mount, "mountPath") == TokenPath))
            {
                mounts.Add(new JsonObject { ["name"] = volume, ["readOnly"] = true, ["mountPath"] = TokenPath });
                mounted = true;
            }
        }

        if (mounted)
        {
            Json.Array(spec, "volumes").Add(TokenVolume(volume));
        }
    }

    private static JsonObject TokenVolume(string name) => new()
    {
        ["name"] = name,
        ["projected"] = new JsonObject
        {
            ["sources"] = new JsonArray(
                new JsonObject { ["serviceAccountToken"] = new JsonObject { ["expirationSeconds"] = TokenSeconds, ["path"] = "token" } },
                new JsonObject
                {
                    ["configMap"] = new JsonObject
                    {
                        ["name"] = "kube-root-ca.crt",
                        ["items"] = new JsonArray(new JsonObject { ["key"] = "ca.crt", ["path"] = "ca.crt" }),
                    },
                },
                new JsonObject
                {
                    ["downwardAPI"] = new JsonObject
                    {
                        ["items"] = new JsonArray(new JsonObject
                        {
                            ["path"] = "namespace",
                            ["fieldRef"] = new JsonObject { ["apiVersion"] = "v1", ["fieldPath"] = "metadata.namespace" },
                        }),
                    },
                }),
            ["defaultMode"] = 420,
        },
    };

    private static void Priority(AdmissionRequest request, JsonObject spec)
    {
        var priority = 0L;
        var preemption = "PreemptLowerPriority";
        if (Json.Text(spec, "priorityClassName") is { Length: > 0 } name)
        {
            var classes = request.Resources.Catalog.Get("scheduling.k8s.io", "v1", "priorityclasses");
            var found = request.Resources.Find(classes, "", name)?.ToJson();
            if (found is null && !SystemPriorities.ContainsKey(name))
            {
                throw ApiErrors.Forbidden(request.Resource, request.Name, $"no PriorityClass with name {name} was found");
            }

            priority = Json.Integer(found, "value") ?? SystemPriorities.GetValueOrDefault(name);
            preemption = Json.Text(found, "preemptionPolicy") ?? preemption;
        }

        spec["priority"] ??= priority;
        spec["preemptionPolicy"] ??= preemption;
    }

    private static void Tolerations(JsonObject spec)
    {
        foreach (var key in new[] { "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable" })
        {
            var tolerated = Json.Items(spec["tolerations"]).Any(toleration =>
                (Json.Text(toleration, "key") == key || string.IsNullOrEmpty(Json.Text(toleration, "key")))
                && Json.Text(toleration, "effect") is null or "" or "NoExecute");
            if (!tolerated)
            {
                Json.Array(spec, "tolerations").Add(new JsonObject
                {
                    ["key"] = key,
                    ["operator"] = "Exists",
                    ["effect"] = "NoExecute",
                    ["tolerationSeconds"] = 300,
                });
            }
        }
    }
}
