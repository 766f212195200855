using System.ComponentModel;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.Schema;
using BackupServer.CrdGenerator.Documentation;

namespace BackupServer.CrdGenerator.Definitions;

/// <summary>
/// Makes structural schemas. Names and types of members are those the serializer uses, so a schema cannot say anything else than the product writes.
/// </summary>
internal sealed class SchemaBuilder(XmlDocumentation documentation)
{
    /// <summary>What <see cref="GoDuration"/> reads, without signs: no duration in a specification may be negative.</summary>
    private const string DurationPattern = @"^(0|([0-9]+(\.[0-9]+)?(ns|us|ms|s|m|h))+)$";

    /// <summary>The schema of a type with members.</summary>
    public JsonObject Object(Type type)
    {
        var schema = new JsonObject { ["description"] = documentation.Summary(type), ["type"] = "object" };
        var properties = KubernetesJson.Options.GetTypeInfo(type).Properties;
        var required = properties.Where(static property => Attribute<RequiredAttribute>(property) is not null).Select(static property => (JsonNode)property.Name);
        Set(schema, "required", new JsonArray([.. required]));
        schema["properties"] = new JsonObject(properties.Select(property => KeyValuePair.Create(property.Name, (JsonNode?)Property(property))));
        Set(schema, "x-kubernetes-validations", Rules(type.GetCustomAttributes<CelRuleAttribute>()));
        if (type == typeof(LabelSelector))
        {
            // As the cluster's own selectors: two appliers must not merge their halves into a third selection.
            schema["x-kubernetes-map-type"] = "atomic";
        }

        return schema;
    }

    private JsonObject Property(JsonPropertyInfo property)
    {
        var member = (PropertyInfo)property.AttributeProvider!;
        var schema = Value(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType);
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        schema["description"] = documentation.Summary(member) + (type.IsEnum ? Meanings(type) : "");
        if (Attribute<DefaultValueAttribute>(property) is { } defaultValue)
        {
            schema["default"] = JsonValue.Create(defaultValue.Value);
        }

        if (Attribute<MinimumAttribute>(property) is { } minimum)
        {
            schema["minimum"] = minimum.Value;
        }

        if (Attribute<PatternAttribute>(property) is { } pattern)
        {
            schema["pattern"] = pattern.Pattern;
        }

        // Rules on the member are in addition to those of its type.
        var rules = (schema["x-kubernetes-validations"] as JsonArray)?.Select(static rule => rule!.DeepClone()) ?? [];
        Set(schema, "x-kubernetes-validations", new JsonArray([.. rules, .. Rules(member.GetCustomAttributes<CelRuleAttribute>()).Select(static rule => rule!.DeepClone())]));
        return schema;
    }

    /// <summary>Every schema begins with a description, so that the file reads top down; the member's words replace the type's.</summary>
    private JsonObject Value(Type type) => type switch
    {
        _ when type == typeof(string) => Scalar("string"),
        _ when type == typeof(bool) => Scalar("boolean"),
        _ when type == typeof(int) => Scalar("integer", "int32"),
        _ when type == typeof(long) => Scalar("integer", "int64"),
        _ when type == typeof(DateTimeOffset) => Scalar("string", "date-time"),
        _ when type == typeof(TimeSpan) => new JsonObject { ["description"] = "", ["type"] = "string", ["pattern"] = DurationPattern },
        { IsEnum: true } => new JsonObject { ["description"] = "", ["type"] = "string", ["enum"] = new JsonArray([.. EnumNames(type).Select(static name => (JsonNode)name)]) },
        _ when Generic(type, typeof(Dictionary<,>)) => new JsonObject { ["description"] = "", ["type"] = "object", ["additionalProperties"] = Item(type.GetGenericArguments()[1]) },
        _ when Generic(type, typeof(List<>)) => new JsonObject { ["description"] = "", ["type"] = "array", ["items"] = Item(type.GetGenericArguments()[0]) },
        { IsClass: true } => Object(type),
        _ => throw new InvalidOperationException($"{type} has no schema: teach {nameof(SchemaBuilder)} about it."),
    };

    /// <summary>A schema without words of its own, unless the type has some.</summary>
    private JsonObject Item(Type type)
    {
        var schema = Value(type);
        if (schema["description"]!.GetValue<string>().Length == 0)
        {
            schema.Remove("description");
        }

        return schema;
    }

    private static JsonObject Scalar(string type, string? format = null)
    {
        var schema = new JsonObject { ["description"] = "", ["type"] = type };
        if (format is not null)
        {
            schema["format"] = format;
        }

        return schema;
    }

    private static IEnumerable<string> EnumNames(Type type) => Fields(type).Select(Name);

    private string Meanings(Type type) =>
        string.Concat(Fields(type).Select(field => $"\n{Name(field)}: {documentation.Summary(field)}"));

    private static IEnumerable<FieldInfo> Fields(Type type) => type.GetFields(BindingFlags.Public | BindingFlags.Static);

    private static string Name(FieldInfo field) => field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? field.Name;

    private static JsonArray Rules(IEnumerable<CelRuleAttribute> rules) =>
        new([.. rules.Select(static rule => new JsonObject { ["rule"] = rule.Rule, ["message"] = rule.Message })]);

    private static void Set(JsonObject schema, string name, JsonArray array)
    {
        if (array.Count > 0)
        {
            schema[name] = array;
        }
    }

    private static bool Generic(Type type, Type definition) => type.IsGenericType && type.GetGenericTypeDefinition() == definition;

    private static T? Attribute<T>(JsonPropertyInfo property)
        where T : Attribute => ((PropertyInfo)property.AttributeProvider!).GetCustomAttribute<T>();
}
