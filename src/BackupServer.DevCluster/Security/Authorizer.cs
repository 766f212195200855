using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Registry;
using BackupServer.DevCluster.Storage;

namespace BackupServer.DevCluster.Security;

/// <summary>Role-based access control over the roles and bindings in the store; members of system:masters may do everything.</summary>
internal sealed class Authorizer(ResourceService resources)
{
    private const string Group = "rbac.authorization.k8s.io";
    private readonly ConditionalWeakTable<StoredObject, JsonObject> _bindings = [];
    private readonly ConditionalWeakTable<StoredObject, IReadOnlyList<PolicyRule>> _rules = [];
    private readonly ResourceDefinition _clusterBindings = resources.Catalog.Get(Group, "v1", "clusterrolebindings");
    private readonly ResourceDefinition _clusterRoles = resources.Catalog.Get(Group, "v1", "clusterroles");
    private readonly ResourceDefinition _localBindings = resources.Catalog.Get(Group, "v1", "rolebindings");
    private readonly ResourceDefinition _roles = resources.Catalog.Get(Group, "v1", "roles");

    /// <summary>Whether the user may do it.</summary>
    public bool Allows(UserInfo user, AccessQuestion question) =>
        user.Groups.Contains("system:masters") || ReasonFor(user, question) is not null;

    /// <summary>The binding that allows it, in words; null when none does.</summary>
    public string? ReasonFor(UserInfo user, AccessQuestion question) =>
        Granted(user, question.Namespace).Where(g => g.Rule.Allows(question)).Select(g => g.Reason()).FirstOrDefault();

    /// <summary>All rules that hold for a user in a namespace (or at cluster scope).</summary>
    public IEnumerable<PolicyRule> RulesOf(UserInfo user, string ns) => Granted(user, ns).Select(g => g.Rule);

    /// <summary>403 for a refused question.</summary>
    public static ApiStatusException Refuse(UserInfo user, AccessQuestion question)
    {
        if (question.Path is { } path)
        {
            return new ApiStatusException(403, "Forbidden", $"forbidden: User \"{user.Name}\" cannot {question.Verb} path \"{path}\"", []);
        }

        var qualified = question.Group.Length == 0 ? question.Resource : $"{question.Resource}.{question.Group}";
        var where = question.Namespace.Length == 0 ? "at the cluster scope" : $"in the namespace \"{question.Namespace}\"";
        var details = new JsonObject();
        if (question.Name.Length > 0)
        {
            details["name"] = question.Name;
        }

        if (question.Group.Length > 0)
        {
            details["group"] = question.Group;
        }

        details["kind"] = question.Resource;
        return new ApiStatusException(
            403, "Forbidden",
            $"{qualified}{(question.Name.Length > 0 ? $" \"{question.Name}\"" : "")} is forbidden: User \"{user.Name}\" cannot {question.Verb} resource "
            + $"\"{question.FullResource}\" in API group \"{question.Group}\" {where}",
            details);
    }

    private IEnumerable<(PolicyRule Rule, Func<string> Reason)> Granted(UserInfo user, string ns) =>
        Bound(_clusterBindings, null, user).Concat(ns.Length > 0 ? Bound(_localBindings, ns, user) : []);

    private IEnumerable<(PolicyRule Rule, Func<string> Reason)> Bound(ResourceDefinition bindings, string? ns, UserInfo user)
    {
        foreach (var stored in resources.List(bindings, ns))
        {
            var binding = _bindings.GetValue(stored, s => s.ToJson());
            if (Subjects(binding).FirstOrDefault(s => IsSubject(s, user, ns)) is not { } subject)
            {
                continue;
            }

            var name = (string?)binding["roleRef"]?["name"] ?? "";
            var role = (string?)binding["roleRef"]?["kind"] == "Role" ? resources.Find(_roles, ns ?? "", name) : resources.Find(_clusterRoles, "", name);
            foreach (var rule in role is null ? [] : _rules.GetValue(role, r => PolicyRule.Read(r.ToJson())))
            {
                yield return (rule, () => Reason(binding, subject, ns));
            }
        }
    }

    private static string Reason(JsonObject binding, JsonObject subject, string? ns)
    {
        var where = ns is null ? "" : $"/{ns}";
        var account = (string?)subject["kind"] == "ServiceAccount" ? $"/{(string?)subject["namespace"] ?? ns}" : "";
        return $"RBAC: allowed by {(ns is null ? "ClusterRoleBinding" : "RoleBinding")} \"{binding.Name()}{where}\" of {(string?)binding["roleRef"]?["kind"]} "
            + $"\"{(string?)binding["roleRef"]?["name"]}\" to {(string?)subject["kind"]} \"{(string?)subject["name"]}{account}\"";
    }

    private static IEnumerable<JsonObject> Subjects(JsonObject binding) => (binding["subjects"] as JsonArray ?? []).OfType<JsonObject>();

    private static bool IsSubject(JsonObject subject, UserInfo user, string? ns)
    {
        var name = (string?)subject["name"] ?? "";
        return (string?)subject["kind"] switch
        {
            "User" => name == user.Name,
            "Group" => user.Groups.Contains(name),
            "ServiceAccount" => user.Name == $"system:serviceaccount:{(string?)subject["namespace"] ?? ns}:{name}",
            _ => false,
        };
    }
}
