using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.Api;

/// <summary>
/// Does to a tree what decoding into a typed object does: refuses values of the wrong type, drops fields the type does not have (and
/// collects their names), drops nulls and empty lists and maps, spells times and bytes as the API does.
/// </summary>
internal sealed class TypedDecoder(OpenApiSchemas schemas)
{
    private const string Time = "io.k8s.apimachinery.pkg.apis.meta.v1.Time";
    private const string MicroTime = "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime";
    private readonly TypeSchema _metadata = schemas.Named("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta");

    /// <summary>Decodes a whole built-in object in place.</summary>
    /// <param name="obj">The tree.</param>
    /// <param name="schema">Its shape.</param>
    /// <param name="unknown">Receives the paths of dropped fields.</param>
    /// <exception cref="FormatException">A value does not fit; the message is that of the API server's decoder.</exception>
    public static void Decode(JsonObject obj, TypeSchema schema, List<string> unknown) => DecodeObject(obj, schema, "", "", unknown);

    /// <summary>Decodes only the metadata of an object (custom resources keep the rest for their own schema).</summary>
    public void DecodeMetadata(JsonObject obj, List<string> unknown)
    {
        if (obj["metadata"] is JsonObject metadata)
        {
            DecodeObject(metadata, _metadata, "metadata", "metadata", unknown);
        }
    }

    private static void DecodeObject(JsonObject obj, TypeSchema schema, string path, string goPath, List<string> unknown)
    {
        var typeName = GoStruct(schema);
        foreach (var (key, value) in obj.OrderBy(p => p.Key, StringComparer.Ordinal).ToList())
        {
            var fieldPath = path.Length == 0 ? key : $"{path}.{key}";
            if (!schema.Properties.TryGetValue(key, out var field))
            {
                obj.Remove(key);
                unknown.Add(fieldPath);
                continue;
            }

            if (value is null)
            {
                obj.Remove(key);
                continue;
            }

            var fieldGoPath = goPath.Length == 0 ? key : $"{goPath}.{key}";
            var decoded = DecodeValue(value, field, fieldPath, fieldGoPath, typeName, unknown);
            if (decoded is JsonArray { Count: 0 } or JsonObject { Count: 0 } && IsOmittedWhenEmpty(field, decoded) && !schema.Required.Contains(key))
            {
                obj.Remove(key);
            }
            else if (!ReferenceEquals(decoded, value))
            {
                obj[key] = decoded;
            }
        }
    }

    private static bool IsOmittedWhenEmpty(TypeSchema field, JsonNode value) => value is JsonArray || field.Values is not null;

    private static JsonNode DecodeValue(JsonNode value, TypeSchema schema, string path, string goPath, string owner, List<string> unknown)
    {
        switch (schema.Type)
        {
            case SchemaType.Object when value is JsonObject obj:
                if (schema.Properties.Count > 0)
                {
                    DecodeObject(obj, schema, path, goPath, unknown);
                }
                else if (schema.Values is { } values)
                {
                    DecodeMap(obj, values, path, goPath, owner, schema, unknown);
                }

                return value;
            case SchemaType.Array when value is JsonArray array:
                for (var i = 0; schema.Items is not null && i < array.Count; i++)
                {
                    if (array[i] is { } item && DecodeValue(item, schema.Items, $"{path}[{i}]", goPath, owner, unknown) is var decoded && !ReferenceEquals(decoded, item))
                    {
                        array[i] = decoded;
                    }
                }

                return value;
            case SchemaType.String:
                return DecodeString(value, schema, goPath, owner);
            case SchemaType.Integer when Kind(value) == JsonValueKind.Number:
                return DecodeInteger(value, schema, goPath, owner);
            case SchemaType.Number when Kind(value) == JsonValueKind.Number:
            case SchemaType.Boolean when Kind(value) is JsonValueKind.True or JsonValueKind.False:
            case SchemaType.Any:
            case SchemaType.IntOrString when Kind(value) is JsonValueKind.Number or JsonValueKind.String:
            case SchemaType.Quantity when Kind(value) is JsonValueKind.Number or JsonValueKind.String:
                return value;
            default:
                throw Mismatch(value, schema, goPath, owner);
        }
    }

    private static void DecodeMap(JsonObject map, TypeSchema values, string path, string goPath, string owner, TypeSchema schema, List<string> unknown)
    {
        foreach (var (key, value) in map.ToList())
        {
            if (value is null)
            {
                // A null value of a map of strings decodes to the empty string.
                map[key] = values.Type == SchemaType.String ? "" : null;
                continue;
            }

            var decoded = DecodeValue(value, values, $"{path}.{key}", goPath, owner, unknown);
            if (!ReferenceEquals(decoded, value))
            {
                map[key] = decoded;
            }
        }
    }

    private static JsonNode DecodeString(JsonNode value, TypeSchema schema, string goPath, string owner)
    {
        if (Kind(value) != JsonValueKind.String)
        {
            throw Mismatch(value, schema, goPath, owner);
        }

        var text = value.GetValue<string>();
        if (schema.Format == "byte")
        {
            CheckBase64(text);
        }
        else if (schema.Name is Time or MicroTime && text.Length > 0)
        {
            var spelled = Respell(text, schema.Name == MicroTime);
            return spelled == text ? value : JsonValue.Create(spelled);
        }

        return value;
    }

    private static JsonNode DecodeInteger(JsonNode value, TypeSchema schema, string goPath, string owner)
    {
        var text = value.ToJsonString();
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            || (schema.Format == "int32" && number is < int.MinValue or > int.MaxValue))
        {
            throw new FormatException($"json: cannot unmarshal number {text} into Go struct field {owner}.{goPath} of type {GoType(schema)}");
        }

        return value;
    }

    private static void CheckBase64(string text)
    {
        if (Base64.IsValid(text))
        {
            return;
        }

        var clean = Encoding.UTF8.GetBytes(text);
        var bad = Array.FindIndex(clean, b => !(char.IsAsciiLetterOrDigit((char)b) || b is (byte)'+' or (byte)'/' or (byte)'=' or (byte)'\n' or (byte)'\r'));
        throw new FormatException($"illegal base64 data at input byte {(bad >= 0 ? bad : clean.Length - (clean.Length % 4))}");
    }

    private static string Respell(string text, bool micro)
    {
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) || !text.Contains('T'))
        {
            var layout = micro ? "2006-01-02T15:04:05.000000Z07:00" : "2006-01-02T15:04:05Z07:00";
            throw new FormatException($"parsing time \"{text}\" as \"{layout}\": cannot parse \"{text}\" as \"2006\"");
        }

        return micro ? ObjectMeta.MicroTimestamp(time) : ObjectMeta.Timestamp(time);
    }

    private static FormatException Mismatch(JsonNode value, TypeSchema schema, string goPath, string owner)
    {
        var kind = Kind(value) switch
        {
            JsonValueKind.Object => "object",
            JsonValueKind.Array => "array",
            JsonValueKind.String => "string",
            JsonValueKind.Number => "number",
            _ => "bool",
        };
        return new FormatException($"json: cannot unmarshal {kind} into Go struct field {owner}.{goPath} of type {GoType(schema)}");
    }

    private static JsonValueKind Kind(JsonNode value) => value.GetValueKind();

    private static string GoStruct(TypeSchema schema) => schema.Name is { } name ? name[(name.LastIndexOf('.') + 1)..] : "";

    private static string GoType(TypeSchema schema)
    {
        if (schema.Name is { } name && schema.Type is SchemaType.Object or SchemaType.Quantity)
        {
            var parts = name.Split('.');
            return parts.Length > 1 ? $"{parts[^2]}.{parts[^1]}" : name;
        }

        return schema.Type switch
        {
            SchemaType.Array => "[]" + (schema.Items is { } items ? GoType(items) : "interface {}"),
            SchemaType.Object => "map[string]" + (schema.Values is { } values ? GoType(values) : "interface {}"),
            SchemaType.Integer => schema.Format ?? "int",
            SchemaType.Number => "float64",
            SchemaType.Boolean => "bool",
            SchemaType.String => "string",
            _ => "interface {}",
        };
    }
}
