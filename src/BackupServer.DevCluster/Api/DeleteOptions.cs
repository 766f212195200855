using System.Text.Json.Nodes;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.Api;

/// <summary>Options of a deletion (body or query), checked.</summary>
internal sealed record DeleteOptions
{
    private static readonly string[] Policies = ["Foreground", "Background", "Orphan"];

    /// <summary>Seconds of grace, or null for the kind's own.</summary>
    public long? GracePeriodSeconds { get; init; }

    /// <summary>Foreground, Background, Orphan or null.</summary>
    public string? PropagationPolicy { get; init; }

    /// <summary>The older way to say Orphan (true) or Background (false).</summary>
    public bool? OrphanDependents { get; init; }

    /// <summary>Uid the object must have, or null.</summary>
    public string? PreconditionUid { get; init; }

    /// <summary>resourceVersion the object must have, or null.</summary>
    public string? PreconditionResourceVersion { get; init; }

    /// <summary>Values of dryRun.</summary>
    public IReadOnlyList<string> DryRun { get; init; } = [];

    /// <summary>Reads a DeleteOptions body.</summary>
    public static DeleteOptions FromJson(JsonObject body) => new()
    {
        GracePeriodSeconds = (long?)body["gracePeriodSeconds"],
        PropagationPolicy = (string?)body["propagationPolicy"],
        OrphanDependents = (bool?)body["orphanDependents"],
        PreconditionUid = (string?)body["preconditions"]?["uid"],
        PreconditionResourceVersion = (string?)body["preconditions"]?["resourceVersion"],
        DryRun = body["dryRun"] is JsonArray values ? [.. values.Select(v => (string)v!)] : [],
    };

    /// <summary>Throws 422 for values that are not supported.</summary>
    public void Validate()
    {
        var errors = new FieldErrors();
        if (PropagationPolicy is not null && OrphanDependents is not null)
        {
            errors.Invalid("propagationPolicy", PropagationPolicy, "orphanDependents and deletionPropagation cannot be both set");
        }
        else if (PropagationPolicy is not null && !Policies.Contains(PropagationPolicy))
        {
            errors.NotSupported("propagationPolicy", PropagationPolicy, [.. Policies, "nil"]);
        }

        RequestOptions.CheckDryRun(DryRun, errors);
        if (errors.Count > 0)
        {
            throw ApiErrors.Invalid("meta.k8s.io", "DeleteOptions", "", errors);
        }
    }
}
