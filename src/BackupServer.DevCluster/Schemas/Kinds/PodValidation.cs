using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas.Kinds;

/// <summary>Pod specs: mounts, resources, volumes, and what an update may change.</summary>
internal static class PodValidation
{
    private static readonly string[] Mutable = ["activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "schedulingGates"];

    public static void VolumeMounts(ValidationCase spec)
    {
        // The claim templates of a StatefulSet become volumes later; the API server does not look at the mounts of its template either.
        if (spec.Context.Resource.Kind == "StatefulSet")
        {
            return;
        }

        var volumes = Json.Items(spec.Value["volumes"]).Select(volume => Json.Text(volume, "name")).ToHashSet();
        foreach (var list in new[] { "initContainers", "containers" })
        {
            var at = 0;
            foreach (var container in Json.Items(spec.Value[list]))
            {
                var mountAt = 0;
                foreach (var mount in Json.Items(container["volumeMounts"]))
                {
                    if (Json.Text(mount, "name") is { Length: > 0 } name && !volumes.Contains(name))
                    {
                        spec.Errors.NotFound(spec.At($"{list}[{at}].volumeMounts[{mountAt}].name"), name);
                    }

                    mountAt++;
                }

                at++;
            }
        }
    }

    public static void Resources(ValidationCase container)
    {
        var limits = container.Get("resources.limits") as JsonObject ?? [];
        foreach (var (name, limit) in limits)
        {
            Positive(container, $"resources.limits[{name}]", limit);
        }

        foreach (var (name, request) in container.Get("resources.requests") as JsonObject ?? [])
        {
            Positive(container, $"resources.requests[{name}]", request);
            if (Quantity.TryParse((string?)request, out var wanted) && Quantity.TryParse((string?)limits[name], out var most) && wanted > most)
            {
                container.Errors.Invalid(container.At("resources.requests"), (string?)request, $"must be less than or equal to {name} limit of {most}");
            }
        }
    }

    public static void OneVolumeSource(ValidationCase volume)
    {
        var sources = volume.Value.Where(member => member.Key != "name" && member.Value is not null).Select(member => member.Key).ToList();
        foreach (var extra in sources.Skip(1))
        {
            volume.Errors.Forbidden(volume.At(extra), "may not specify more than 1 volume type");
        }
    }

    public static void Update(ValidationCase test)
    {
        if (test.Old is null || test.Context.Subresource.Length > 0)
        {
            return;
        }

        if (!JsonNode.DeepEquals(Frozen(test.Value), Frozen(test.Old)))
        {
            test.Errors.Forbidden("spec",
                "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n"
                + UnifiedDiff.Of(Frozen(test.Old), Frozen(test.Value)));
        }
    }

    /// <summary>A variable has a value or a source, not both.</summary>
    public static void EnvironmentVariable(ValidationCase test)
    {
        if (Json.Text(test.Value, "value") is { Length: > 0 } && test.Get("valueFrom") is not null)
        {
            test.Errors.Invalid(test.At("valueFrom"), "", "may not be specified when `value` is not empty");
        }
    }

    /// <summary>The spec without what may change.</summary>
    private static JsonObject Frozen(JsonObject pod)
    {
        var spec = (JsonObject)(pod["spec"]?.DeepClone() ?? new JsonObject());
        foreach (var name in Mutable)
        {
            spec.Remove(name);
        }

        foreach (var container in Json.Items(spec["containers"]).Concat(Json.Items(spec["initContainers"])))
        {
            container.Remove("image");
        }

        return spec;
    }

    private static void Positive(ValidationCase container, string path, JsonNode? amount)
    {
        if (Quantity.TryParse((string?)amount, out var quantity) && quantity.Sign < 0)
        {
            container.Errors.Invalid(container.At(path), (string?)amount, "must be greater than or equal to 0");
        }
    }
}
