using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas.Kinds;

/// <summary>Roles and their bindings.</summary>
internal static class RbacValidation
{
    public static void NamespacedRules(ValidationCase test)
    {
        var at = 0;
        foreach (var rule in Json.Items(test.Value["rules"]))
        {
            if (rule["nonResourceURLs"] is JsonArray { Count: > 0 } urls)
            {
                test.Errors.Invalid($"rules[{at}].nonResourceURLs", urls.DeepClone(), "namespaced rules cannot apply to non-resource URLs");
            }

            at++;
        }
    }

    public static void PolicyRule(ValidationCase test)
    {
        if (test.Value["nonResourceURLs"] is JsonArray { Count: > 0 })
        {
            if (test.Context.Resource.Kind == "ClusterRole" && test.Value["resources"] is JsonArray { Count: > 0 })
            {
                test.Errors.Invalid(test.At("nonResourceURLs"), test.Value["nonResourceURLs"]!.DeepClone(), "rules cannot apply to both regular resources and non-resource URLs");
            }

            return;
        }

        if (test.Value["apiGroups"] is not JsonArray { Count: > 0 })
        {
            test.Errors.Required(test.At("apiGroups"), "resource rules must supply at least one api group");
        }

        if (test.Value["resources"] is not JsonArray { Count: > 0 })
        {
            test.Errors.Required(test.At("resources"), "resource rules must supply at least one resource");
        }
    }

    public static void RoleRef(ValidationCase test) => RoleRef(test, ["Role", "ClusterRole"]);

    public static void ClusterRoleRef(ValidationCase test) => RoleRef(test, ["ClusterRole"]);

    public static void RoleRefUpdate(ValidationCase test)
    {
        if (test.Old is not null && !JsonNode.DeepEquals(test.Value["roleRef"], test.Old["roleRef"]))
        {
            var shown = new JsonObject
            {
                ["APIGroup"] = test.Get("roleRef.apiGroup")?.DeepClone(),
                ["Kind"] = test.Get("roleRef.kind")?.DeepClone(),
                ["Name"] = test.Get("roleRef.name")?.DeepClone(),
            };
            test.Errors.Invalid("roleRef", shown, "cannot change roleRef");
        }
    }

    private static void RoleRef(ValidationCase test, string[] kinds)
    {
        if (Json.Text(test.Value, "roleRef", "apiGroup") is var group && group != "rbac.authorization.k8s.io")
        {
            test.Errors.NotSupported("roleRef.apiGroup", group ?? "", ["rbac.authorization.k8s.io"]);
        }

        var known = kinds.Contains(Json.Text(test.Value, "roleRef", "kind"));
        if (!known)
        {
            test.Errors.NotSupported("roleRef.kind", Json.Text(test.Value, "roleRef", "kind") ?? "", kinds);
        }

        if (string.IsNullOrEmpty(Json.Text(test.Value, "roleRef", "name")))
        {
            test.Errors.Required("roleRef.name");
        }

        if (known)
        {
            Subjects(test);
        }
    }

    private static void Subjects(ValidationCase test)
    {
        var at = 0;
        foreach (var subject in Json.Items(test.Value["subjects"]))
        {
            var path = $"subjects[{at++}]";
            if (string.IsNullOrEmpty(Json.Text(subject, "name")))
            {
                test.Errors.Required(path + ".name");
            }

            switch (Json.Text(subject, "kind"))
            {
                case "ServiceAccount" when string.IsNullOrEmpty(Json.Text(subject, "namespace")):
                    test.Errors.Required(path + ".namespace");
                    break;
                case "ServiceAccount" or "User" or "Group":
                    break;
                default:
                    test.Errors.NotSupported(path + ".kind", Json.Text(subject, "kind") ?? "", ["ServiceAccount", "User", "Group"]);
                    break;
            }
        }
    }
}
