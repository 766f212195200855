using System.Text;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Registry;

namespace BackupServer.DevCluster.Schemas;

/// <summary>Object metadata common to all kinds: name, labels, annotations, owners, finalizers.</summary>
internal static class MetadataValidation
{
    private const int AnnotationLimit = 262_144;

    /// <summary>Adds the problems of a new (<paramref name="old"/> null) or changed object's metadata.</summary>
    public static void Validate(ResourceDefinition resource, JsonObject obj, JsonObject? old, FieldErrors errors)
    {
        var metadata = obj["metadata"] as JsonObject ?? [];
        if (old is null)
        {
            Name(resource, metadata, errors);
        }

        if (Json.Integer(metadata, "generation") is < 0 and var generation)
        {
            errors.Invalid("metadata.generation", generation, "must be greater than or equal to 0");
        }

        Labels(metadata["labels"] as JsonObject, "metadata.labels", errors);
        Annotations(metadata["annotations"] as JsonObject, "metadata.annotations", errors);
        Owners(metadata["ownerReferences"] as JsonArray ?? [], "metadata.ownerReferences", errors);
        Finalizers(metadata, errors);
    }

    /// <summary>Adds the problems of labels (also those of pod templates).</summary>
    public static void Labels(JsonObject? labels, string path, FieldErrors errors)
    {
        foreach (var (key, value) in labels ?? [])
        {
            foreach (var problem in Names.QualifiedName(key))
            {
                errors.Invalid(path, key, problem);
            }

            foreach (var problem in Names.LabelValue((string?)value ?? ""))
            {
                errors.Invalid(path, (string?)value, problem);
            }
        }
    }

    private static void Name(ResourceDefinition resource, JsonObject metadata, FieldErrors errors)
    {
        var name = Json.Text(metadata, "name") ?? "";
        if (name.Length == 0)
        {
            errors.Required("metadata.name", "name or generateName is required");
            return;
        }

        foreach (var problem in Names.Check(resource.IsCustom ? "subdomain" : KindTraits.For(resource.Bucket).NameRule, name))
        {
            errors.Invalid("metadata.name", name, problem);
        }
    }

    private static void Annotations(JsonObject? annotations, string path, FieldErrors errors)
    {
        var size = 0L;
        foreach (var (key, value) in annotations ?? [])
        {
            foreach (var problem in Names.QualifiedName(key.ToLowerInvariant()))
            {
                errors.Invalid(path, key, problem);
            }

            size += Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount((string?)value ?? "");
        }

        if (size > AnnotationLimit)
        {
            errors.TooLong(path, AnnotationLimit);
        }
    }

    private static void Owners(JsonArray owners, string path, FieldErrors errors)
    {
        JsonObject? controller = null;
        foreach (var owner in Json.Items(owners))
        {
            foreach (var field in new[] { "apiVersion", "kind", "name", "uid" })
            {
                if (string.IsNullOrEmpty(Json.Text(owner, field)))
                {
                    errors.Invalid($"{path}.{field}", Json.Text(owner, field) ?? "", field == "apiVersion" ? "version must not be empty" : "must not be empty");
                }
            }

            if (Json.Text(owner, "apiVersion") == "v1" && Json.Text(owner, "kind") == "Event")
            {
                errors.Invalid(path, Shown(owner), "/v1, Kind=Event is disallowed from being an owner");
            }

            if (!Json.IsTrue(owner, "controller"))
            {
                continue;
            }

            if (controller is not null)
            {
                errors.Invalid(path, new JsonArray([.. Json.Items(owners).Select(Shown)]),
                    $"Only one reference can have Controller set to true. Found \"true\" in references for {Title(controller)} and {Title(owner)}");
            }

            controller ??= owner;
        }
    }

    private static JsonObject Shown(JsonObject owner) => (JsonObject)owner.DeepClone();

    private static string Title(JsonObject owner) => $"{Json.Text(owner, "kind")}/{Json.Text(owner, "name")}";

    private static void Finalizers(JsonObject metadata, FieldErrors errors)
    {
        foreach (var finalizer in Json.Texts(metadata["finalizers"]))
        {
            foreach (var problem in Names.QualifiedName(finalizer))
            {
                errors.Invalid("metadata.finalizers", finalizer, problem);
            }
        }
    }
}
