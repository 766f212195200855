using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Schemas.Kinds;

namespace BackupServer.DevCluster.Schemas.Admission;

/// <summary>Refuses creations that a ResourceQuota of the namespace does not allow.</summary>
internal sealed class QuotaAdmission : IAdmissionPlugin
{
    /// <inheritdoc/>
    public void Validate(AdmissionRequest request)
    {
        if (request is not { Operation: "CREATE", Namespace.Length: > 0, Subresource: "", Object: { } obj })
        {
            return;
        }

        var quotas = request.Resources.Catalog.Get("", "v1", "resourcequotas");
        foreach (var quota in request.Resources.List(quotas, request.Namespace).Select(stored => stored.ToJson()))
        {
            if (request.Resource.Resource == "pods" && !QuotaScopes.Match(obj, Json.Texts(Json.Get(quota, "spec", "scopes"))))
            {
                continue;
            }

            Check(request, quota, obj);
        }
    }

    private static void Check(AdmissionRequest request, JsonObject quota, JsonObject obj)
    {
        var hard = Json.Get(quota, "spec", "hard") as JsonObject ?? [];
        var asked = QuotaUsage.Of(request.Resource, obj, hard.Select(entry => entry.Key));
        if (request.Resource is { Group: "", Resource: "pods" })
        {
            Unspecified(request, quota, obj, asked.Keys);
        }

        if (asked.Count == 0)
        {
            return;
        }

        var used = QuotaUsage.Total(request.Resources, quota, asked.Keys);
        var over = asked.Where(entry => entry.Value.Sign > 0 && used[entry.Key] + entry.Value > Quantity.Parse((string)hard[entry.Key]!))
            .Select(entry => entry.Key).Order(StringComparer.Ordinal).ToList();
        if (over.Count > 0)
        {
            throw ApiErrors.Forbidden(request.Resource, request.Name,
                $"exceeded quota: {quota.Name()}, requested: {Show(over, name => asked[name])}, used: {Show(over, name => used[name])}, "
                + $"limited: {Show(over, name => Quantity.Parse((string)hard[name]!))}");
        }
    }

    private static void Unspecified(AdmissionRequest request, JsonObject quota, JsonObject pod, IEnumerable<string> resources)
    {
        var missing = resources.Select(name => (name, QuotaUsage.WithoutAmount(pod, name).ToList()))
            .Where(entry => entry.Item2.Count > 0)
            .OrderBy(entry => entry.name, StringComparer.Ordinal)
            .Select(entry => $"{entry.name} for: {string.Join(",", entry.Item2)}").ToList();
        if (missing.Count > 0)
        {
            throw ApiErrors.Forbidden(request.Resource, request.Name, $"failed quota: {quota.Name()}: must specify {string.Join("; ", missing)}");
        }
    }

    private static string Show(List<string> names, Func<string, Quantity> amount) => string.Join(",", names.Select(name => $"{name}={amount(name)}"));
}
