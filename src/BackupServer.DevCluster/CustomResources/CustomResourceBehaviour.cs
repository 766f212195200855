using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Registry;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.CustomResources;

/// <summary>What all custom resources share: pruning, defaults, status, generation and validation by the schema of the version.</summary>
internal sealed class CustomResourceBehaviour : KindBehaviour
{
    private static readonly HashSet<string> NotBlocking = ["FieldValueInvalid"];
    private static readonly StructuralSchema Anything =
        StructuralSchema.Parse(new JsonObject { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true });

    private readonly ConditionalWeakTable<CustomResourceFacts, StructuralSchema> _schemas = [];

    public CustomResourceBehaviour()
        : base(new KindTraits { NeedsVersion = true })
    {
    }

    /// <inheritdoc/>
    public override void Default(JsonObject obj, BehaviourContext context)
    {
        var schema = Schema(context.Resource);
        try
        {
            var unknown = Pruning.Prune(obj, schema);
            BodyDecoding.Report(unknown, context);
        }
        catch (DecodingException wrong)
        {
            throw ApiErrors.BadRequest($"{context.Resource.Kind} in version \"{context.Resource.Version}\" cannot be handled as a {context.Resource.Kind}: {wrong.Message}");
        }

        Defaulting.Apply(obj, schema);
    }

    /// <inheritdoc/>
    public override void PrepareForCreate(JsonObject obj, BehaviourContext context)
    {
        if (context.Resource.Custom!.HasStatus)
        {
            obj.Remove("status");
        }

        obj["metadata"]!["generation"] = 1L;
    }

    /// <inheritdoc/>
    public override void PrepareForUpdate(JsonObject obj, JsonObject old, BehaviourContext context)
    {
        var hasStatus = context.Resource.Custom!.HasStatus;
        if (context.Subresource == "status")
        {
            KeepAllButStatus(obj, old);
        }
        else if (hasStatus)
        {
            Keep(obj, old, "status");
        }

        var changed = DesiredStateDiffers(obj, old) || (!hasStatus && !JsonNode.DeepEquals(obj["status"], old["status"]));
        var generation = Json.Integer(old, "metadata", "generation") ?? 0;
        obj["metadata"]!["generation"] = changed ? generation + 1 : generation;
    }

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, JsonObject? old, FieldErrors errors, BehaviourContext context)
    {
        var schema = Schema(context.Resource);
        var found = new List<FieldError>();
        found.AddRange(SchemaValidation.Validate(obj, old, schema));
        found.AddRange(EmbeddedResourceValidation.Validate(obj, schema, ""));
        found.AddRange(ListTypeValidation.Validate(obj, schema, ""));
        if (found.TrueForAll(error => NotBlocking.Contains(error.Reason)))
        {
            found.AddRange(RuleValidation.Validate(obj, old, schema));
        }

        errors.AddRange(found);
    }

    private StructuralSchema Schema(ResourceDefinition resource) => _schemas.GetValue(resource.Custom!, facts =>
        facts.OpenApiSchema is null ? Anything : StructuralSchema.Parse(facts.OpenApiSchema));
}
