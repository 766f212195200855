using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.Http;

/// <summary>Reads and checks the query parameters of writes.</summary>
internal static class WriteParameters
{
    private const int MaxManager = 128;

    /// <param name="request">The request.</param>
    /// <param name="kind">Kind named in a refusal: CreateOptions, UpdateOptions, PatchOptions.</param>
    /// <param name="apply">Whether it is a server-side apply: then the manager must be given.</param>
    public static WriteOptions Read(ApiRequest request, string kind, bool apply = false)
    {
        var errors = new FieldErrors();
        var dryRun = request.Http.Request.Query["dryRun"].Where(v => v is { Length: > 0 }).Select(v => v!).ToList();
        RequestOptions.CheckDryRun(dryRun, errors);
        var manager = request.Query("fieldManager") ?? "";
        if (apply && manager.Length == 0)
        {
            errors.Required("fieldManager", "is required for apply patch");
        }

        if (manager.Length > MaxManager)
        {
            errors.TooLong("fieldManager", MaxManager);
        }

        var validation = request.Query("fieldValidation") ?? "";
        if (validation is not ("" or "Ignore" or "Strict" or "Warn"))
        {
            errors.NotSupported("fieldValidation", validation, ["", "Ignore", "Strict", "Warn"]);
        }

        if (request.Query("force") is not null && kind == "PatchOptions" && !apply)
        {
            errors.Forbidden("force", "may not be specified for non-apply patch");
        }

        if (errors.Count > 0)
        {
            throw ApiErrors.Invalid("meta.k8s.io", kind, "", errors);
        }

        return new WriteOptions
        {
            User = request.User,
            DryRun = dryRun.Count > 0,
            FieldManager = manager.Length > 0 ? manager : DefaultManager(request.Http.Request.Headers.UserAgent.ToString()),
            FieldValidation = validation switch { "Ignore" => FieldValidation.Ignore, "Strict" => FieldValidation.Strict, _ => FieldValidation.Warn },
            Force = request.Flag("force"),
            Warnings = request.Warnings,
        };
    }

    private static string DefaultManager(string userAgent)
    {
        var name = userAgent.Split('/')[0];
        return name.Length == 0 ? "unknown" : name.Length > MaxManager ? name[..MaxManager] : name;
    }
}
