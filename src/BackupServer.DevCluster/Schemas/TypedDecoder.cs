using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas;

/// <summary>
/// Reads JSON as the Go types of the API server would: undeclared fields fall away (and are reported), null is absence, a zero that the
/// type cannot tell from absence is absence, quantities and times become canonical, fields come out in the order of the encoder.
/// <see cref="TypedEncoder"/> is the other half.
/// </summary>
internal sealed class TypedDecoder
{
    private readonly List<string> _unknown = [];

    private TypedDecoder()
    {
    }

    /// <exception cref="DecodingException">A value has the wrong JSON type.</exception>
    public static DecodedObject Decode(JsonObject body, SchemaNode type)
    {
        var decoder = new TypedDecoder();
        var value = decoder.Object(body, type, new Place(GoName(type), "", ""));
        return new DecodedObject(value, decoder._unknown);
    }

    private JsonObject Object(JsonObject source, SchemaNode schema, Place at)
    {
        var decoded = new Dictionary<string, JsonNode?>(source.Count);
        var structName = schema.TypeName is null ? at.Struct : GoName(schema);
        foreach (var (name, value) in source)
        {
            if (schema.Field(name) is not { } field)
            {
                if (schema.Fields.Count == 0)
                {
                    decoded[name] = value?.DeepClone();
                }
                else
                {
                    _unknown.Add(at.Path + name);
                }
            }
            else if (value is not null)
            {
                var child = Value(value, field.Node, new Place(structName, at.Path + name, at.GoPath + name), field.GoType.TrimStart('*'));
                if (!IsAbsence(child, field))
                {
                    decoded[name] = child;
                }
            }
        }

        var ordered = new JsonObject();
        foreach (var field in schema.Fields)
        {
            if (decoded.Remove(field.Name, out var child))
            {
                ordered[field.Name] = child;
            }
        }

        foreach (var (name, child) in decoded)
        {
            ordered[name] = child;
        }

        return ordered;
    }

    private static bool IsAbsence(JsonNode? value, SchemaField field)
    {
        if (value is null)
        {
            return true;
        }

        if (field.IsPointer)
        {
            return false;
        }

        return field.Node.Shape switch
        {
            SchemaShape.String or SchemaShape.Bytes => value.GetValueKind() == JsonValueKind.String && (string?)value == "",
            SchemaShape.Integer or SchemaShape.Number => Json.Number(value) == 0,
            SchemaShape.Boolean => value.GetValueKind() == JsonValueKind.False,
            // The store's own format knows no empty lists: they come back as none.
            SchemaShape.Array => value is JsonArray { Count: 0 },
            SchemaShape.Map => field.OmitEmpty && value is JsonObject { Count: 0 },
            _ => false,
        };
    }

    private JsonNode? Value(JsonNode source, SchemaNode schema, Place at, string goType)
    {
        var kind = source.GetValueKind();
        switch (schema.Shape)
        {
            case SchemaShape.Object:
                return source is JsonObject members ? Object(members, schema, at.Below()) : throw Mismatch(source, at, goType);
            case SchemaShape.Map:
                return source is JsonObject map ? Map(map, schema, at, goType) : throw Mismatch(source, at, goType);
            case SchemaShape.Array:
                return source is JsonArray list ? List(list, schema, at, goType) : throw Mismatch(source, at, goType);
            case SchemaShape.String:
                return kind == JsonValueKind.String ? source.DeepClone() : throw Mismatch(source, at, goType);
            case SchemaShape.Bytes:
                return kind == JsonValueKind.String ? Base64(source) : throw Mismatch(source, at, goType);
            case SchemaShape.Boolean:
                return kind is JsonValueKind.True or JsonValueKind.False ? source.DeepClone() : throw Mismatch(source, at, goType);
            case SchemaShape.Integer:
                return kind == JsonValueKind.Number && IsInteger(source, schema) ? source.DeepClone() : throw Mismatch(source, at, goType);
            case SchemaShape.Number:
                return kind == JsonValueKind.Number ? source.DeepClone() : throw Mismatch(source, at, goType);
            case SchemaShape.IntOrString:
                return kind is JsonValueKind.Number or JsonValueKind.String ? source.DeepClone() : throw Mismatch(source, at, "intstr.IntOrString");
            case SchemaShape.Quantity:
                return QuantityText(source, kind);
            case SchemaShape.Time or SchemaShape.MicroTime:
                return kind == JsonValueKind.String ? Time((string)source!, schema.Shape) : throw Mismatch(source, at, "v1.Time");
            default:
                return source.DeepClone();
        }
    }

    private JsonObject Map(JsonObject source, SchemaNode schema, Place at, string goType)
    {
        // The encoder writes maps in the order of their keys.
        var map = new JsonObject();
        var elementType = goType[(goType.IndexOf(']', StringComparison.Ordinal) + 1)..];
        foreach (var (key, value) in source.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            map[key] = value is null
                ? EmptyOf(schema.Values!)
                : Value(value, schema.Values!, at with { Path = at.Path + "." + key }, elementType.StartsWith("map", StringComparison.Ordinal) ? elementType : ScalarName(schema.Values!, elementType));
        }

        return map;
    }

    private JsonArray List(JsonArray source, SchemaNode schema, Place at, string goType)
    {
        var list = new JsonArray();
        var elementType = goType.StartsWith("[]", StringComparison.Ordinal) ? goType[2..] : goType;
        for (var i = 0; i < source.Count; i++)
        {
            list.Add(source[i] is { } item
                ? Value(item, schema.Items ?? SchemaNode.Anything, at with { Path = $"{at.Path}[{i}]" }, elementType)
                : EmptyOf(schema.Items ?? SchemaNode.Anything));
        }

        return list;
    }

    private static string ScalarName(SchemaNode schema, string goType) => schema.Shape == SchemaShape.String && goType.Contains('.') ? "string" : goType;

    private static JsonNode? EmptyOf(SchemaNode schema) => schema.Shape switch
    {
        SchemaShape.String or SchemaShape.Bytes => "",
        SchemaShape.Integer or SchemaShape.Number or SchemaShape.IntOrString => 0,
        SchemaShape.Boolean => false,
        SchemaShape.Quantity => "0",
        SchemaShape.Object => new JsonObject(),
        _ => null,
    };

    private static bool IsInteger(JsonNode value, SchemaNode schema)
    {
        var text = value.ToJsonString();
        return long.TryParse(text, NumberStyles.AllowLeadingSign, null, out var number)
            && (schema.Format != "int32" || number is >= int.MinValue and <= int.MaxValue);
    }

    private static JsonNode Base64(JsonNode source)
    {
        var text = ((string)source!).Replace("\n", "", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal);
        if (Convert.TryFromBase64String(text, new byte[(text.Length / 4 * 3) + 3], out _) && !text.Any(char.IsWhiteSpace))
        {
            return text;
        }

        var wrong = 0;
        while (wrong < text.Length && (char.IsAsciiLetterOrDigit(text[wrong]) || text[wrong] is '+' or '/'))
        {
            wrong++;
        }

        throw new DecodingException($"illegal base64 data at input byte {Math.Min(wrong, Math.Max(text.Length - 1, 0))}");
    }

    private static JsonNode QuantityText(JsonNode source, JsonValueKind kind)
    {
        var text = kind == JsonValueKind.String ? (string)source! : source.ToJsonString();
        return Quantity.TryParse(text, out var quantity) ? quantity.ToString() : throw new DecodingException(Quantity.FormatError);
    }

    private static JsonNode Time(string text, SchemaShape shape)
    {
        if (text.Length == 0)
        {
            return text;
        }

        return Rfc3339.TryParse(text, out var time)
            ? time.UtcDateTime.ToString(shape == SchemaShape.Time ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'")
            : throw new DecodingException(
                $"parsing time \"{text}\" as \"{(shape == SchemaShape.Time ? "2006-01-02T15:04:05Z07:00" : "2006-01-02T15:04:05.000000Z07:00")}\": cannot parse \"{text}\" as \"2006\"");
    }

    private static DecodingException Mismatch(JsonNode source, Place at, string goType)
    {
        var found = source.GetValueKind() switch
        {
            JsonValueKind.String => "string",
            JsonValueKind.Number => goType.StartsWith("int", StringComparison.Ordinal) ? "number " + source.ToJsonString() : "number",
            JsonValueKind.True or JsonValueKind.False => "bool",
            JsonValueKind.Array => "array",
            _ => "object",
        };
        return new DecodingException($"json: cannot unmarshal {found} into Go struct field {at.Struct}.{at.GoPath} of type {goType}");
    }

    private static string GoName(SchemaNode type) => type.TypeName?[(type.TypeName.LastIndexOf('.') + 1)..] ?? "";

    /// <param name="Struct">The Go struct whose field is read.</param>
    /// <param name="Path">With indexes and map keys, as unknown fields are reported.</param>
    /// <param name="GoPath">Field names only, as decoding errors report.</param>
    private sealed record Place(string Struct, string Path, string GoPath)
    {
        public Place Below() => this with { Path = Path + ".", GoPath = GoPath + "." };
    }
}
