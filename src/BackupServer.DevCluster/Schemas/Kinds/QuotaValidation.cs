using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas.Kinds;

/// <summary>ResourceQuota: known resources, no negative amounts, scopes that fit.</summary>
internal static class QuotaValidation
{
    private static readonly HashSet<string> Standard =
    [
        "cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory", "requests.storage", "requests.ephemeral-storage", "limits.cpu",
        "limits.memory", "limits.ephemeral-storage", "pods", "services", "services.nodeports", "services.loadbalancers", "resourcequotas", "secrets",
        "configmaps", "persistentvolumeclaims", "replicationcontrollers",
    ];

    public static void Validate(ValidationCase test)
    {
        var hard = test.Get("spec.hard") as JsonObject ?? [];
        foreach (var (name, amount) in hard)
        {
            var path = $"spec.hard[{name}]";
            if (!Standard.Contains(name) && !name.Contains('/'))
            {
                test.Errors.Invalid(path, name, "must be a standard resource type or fully qualified");
                test.Errors.Invalid(path, name, "must be a standard resource for quota");
            }

            if (Quantity.TryParse((string?)amount, out var quantity) && quantity.Sign < 0)
            {
                test.Errors.Invalid(path, (string?)amount, "must be greater than or equal to 0");
            }
        }

        var scopes = Json.Texts(test.Get("spec.scopes")).ToList();
        if (scopes.Exists(scope => hard.Any(entry => !QuotaScopes.Supports(scope, entry.Key))))
        {
            test.Errors.Invalid("spec.scopes", test.Get("spec.scopes")!.DeepClone(), "unsupported scope applied to resource");
        }

        if (scopes.Contains("BestEffort") && scopes.Contains("NotBestEffort") || scopes.Contains("Terminating") && scopes.Contains("NotTerminating"))
        {
            test.Errors.Invalid("spec.scopes", test.Get("spec.scopes")!.DeepClone(), "conflicting scopes");
        }
    }
}
