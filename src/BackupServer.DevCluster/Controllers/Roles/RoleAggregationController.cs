using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Controllers.Roles;

/// <summary>Gives an aggregated ClusterRole the rules of those that its selectors select: by name, each rule once.</summary>
internal sealed class RoleAggregationController(ControllerContext context) : Reconciler(context, "clusterrole-aggregation-controller")
{
    private const string Roles = "clusterroles.rbac.authorization.k8s.io";

    protected override IReadOnlyCollection<string>? Watched { get; } = [Roles];

    protected override IEnumerable<ObjectKey> KeysOf(ObjectChange change) =>
        Client.List(Roles).Where(role => role.At("aggregationRule") is JsonObject).Select(role => new ObjectKey(null, role.Name()));

    protected override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (Client.Get(Roles, null, key.Name) is not { } role || role.At("aggregationRule") is not JsonObject) return null;
        var selectors = role.Items("aggregationRule", "clusterRoleSelectors").ToList();
        var rules = new List<JsonObject>();
        foreach (var part in Client.List(Roles).Where(part => part.Name() != key.Name).OrderBy(part => part.Name(), StringComparer.Ordinal))
        {
            if (!selectors.Exists(selector => LabelSelection.Matches(selector, part.Labels()))) continue;
            rules.AddRange(part.Items("rules").Where(rule => !rules.Exists(present => JsonNode.DeepEquals(present, rule))));
        }

        var wanted = new JsonArray([.. rules.Select(rule => rule.DeepClone())]);
        await Client.ChangeAsync(Roles, null, key.Name, "", latest =>
        {
            if ((wanted.Count > 0 || latest["rules"] is JsonArray { Count: > 0 }) && !JsonNode.DeepEquals(latest["rules"], wanted)) latest["rules"] = wanted.DeepClone();
        }, cancellationToken);
        return null;
    }
}
