using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Api;

/// <summary>Nothing is created in a namespace that is not there or is going away; three namespaces cannot be deleted.</summary>
internal sealed class NamespaceLifecycle : IAdmissionPlugin
{
    private static readonly string[] Immortal = ["default", "kube-system", "kube-public"];

    /// <inheritdoc/>
    public void Admit(AdmissionRequest request)
    {
        if (request is not { Operation: "CREATE", Namespace.Length: > 0 })
        {
            return;
        }

        var namespaces = request.Resources.Catalog.Get("", "v1", "namespaces");
        var found = request.Resources.Find(namespaces, "", request.Namespace) ?? throw ApiErrors.NotFound(namespaces, request.Namespace);
        if (found.IsDeleting)
        {
            var explanation = $"unable to create new content in namespace {request.Namespace} because it is being terminated";
            var error = ApiErrors.Forbidden(request.Resource, request.Name, explanation);
            error.Details!["causes"] = new JsonArray(new JsonObject
            {
                ["reason"] = "NamespaceTerminating",
                ["message"] = $"namespace {request.Namespace} is being terminated",
                ["field"] = "metadata.namespace",
            });
            throw error;
        }
    }

    /// <inheritdoc/>
    public void Validate(AdmissionRequest request)
    {
        if (request is { Operation: "DELETE", Resource: { Group: "", Resource: "namespaces" } } && Immortal.Contains(request.Name))
        {
            throw ApiErrors.Forbidden(request.Resource, request.Name, "this namespace may not be deleted");
        }
    }
}
