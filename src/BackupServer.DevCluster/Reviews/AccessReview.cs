using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Http;
using BackupServer.DevCluster.Schemas;
using BackupServer.DevCluster.Security;

namespace BackupServer.DevCluster.Reviews;

/// <summary>SelfSubjectAccessReview, SubjectAccessReview and LocalSubjectAccessReview.</summary>
internal sealed class AccessReview(Authorizer authorizer) : ISubresourceHandler
{
    /// <inheritdoc/>
    public async Task HandleAsync(ApiRequest request, CancellationToken ct)
    {
        var body = await request.ReadObjectAsync(null, ct);
        var spec = body["spec"] as JsonObject ?? [];
        var resource = spec["resourceAttributes"] as JsonObject;
        var path = spec["nonResourceAttributes"] as JsonObject;
        if (resource is null == path is null)
        {
            var errors = new FieldErrors();
            errors.Invalid("spec.resourceAttributes", null, "exactly one of nonResourceAttributes or resourceAttributes must be specified");
            var refusal = ApiErrors.Invalid("authorization.k8s.io", "", "", errors);
            refusal.Details!.Remove("kind");
            throw refusal;
        }

        var user = request.Resource.Kind == "SelfSubjectAccessReview" ? request.User : Subject(spec);
        var status = Judge(user, resource is null ? PathQuestion(path!) : ResourceQuestion(resource));
        RemoveEmpty(resource);
        await request.WriteAsync(
            201,
            new JsonObject
            {
                ["kind"] = request.Resource.Kind,
                ["apiVersion"] = request.Resource.ApiVersion,
                ["metadata"] = Metadata(request),
                ["spec"] = spec.DeepClone(),
                ["status"] = status,
            },
            ct);
    }

    private JsonObject Judge(UserInfo user, AccessQuestion question)
    {
        if (user.Groups.Contains("system:masters"))
        {
            return new JsonObject { ["allowed"] = true };
        }

        var reason = authorizer.ReasonFor(user, question);
        return reason is null ? new JsonObject { ["allowed"] = false } : new JsonObject { ["allowed"] = true, ["reason"] = reason };
    }

    private static JsonObject Metadata(ApiRequest request) => request.Namespace.Length > 0 ? new JsonObject { ["namespace"] = request.Namespace } : [];

    private static void RemoveEmpty(JsonObject? attributes)
    {
        foreach (var key in (attributes ?? []).Where(a => a.Value is null || (a.Value is JsonValue value && value.TryGetValue<string>(out var text) && text.Length == 0)).Select(a => a.Key).ToList())
        {
            attributes!.Remove(key);
        }
    }

    private static UserInfo Subject(JsonObject spec) => new(
        (string?)spec["user"] ?? "", (string?)spec["uid"] ?? "", [.. (spec["groups"] as JsonArray ?? []).Select(g => (string?)g ?? "")]);

    private static AccessQuestion PathQuestion(JsonObject path) => new() { Verb = (string?)path["verb"] ?? "", Path = (string?)path["path"] ?? "" };

    private static AccessQuestion ResourceQuestion(JsonObject resource) => new()
    {
        Verb = (string?)resource["verb"] ?? "",
        Group = (string?)resource["group"] ?? "",
        Resource = (string?)resource["resource"] ?? "",
        Subresource = (string?)resource["subresource"] ?? "",
        Namespace = (string?)resource["namespace"] ?? "",
        Name = (string?)resource["name"] ?? "",
    };
}
