using System.Text.Json;
using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.OpenApi;

/// <summary>
/// Encodes an OpenAPI v2 document (JSON tree) as the protocol buffer message <c>openapi.v2.Document</c> (gnostic), as far as clients of
/// the Kubernetes API read it: paths with their operations, parameters and extensions, and all definitions. Documents may be
/// concatenated: their paths and definitions add up.
/// </summary>
internal static class OpenApiV2Encoder
{
    private static readonly (string Name, int Field)[] Operations = [("get", 2), ("put", 3), ("post", 4), ("delete", 5), ("options", 6), ("head", 7), ("patch", 8)];

    /// <summary>The encoded document.</summary>
    public static byte[] Encode(JsonObject document)
    {
        var writer = new ProtoWriter();
        writer.String(1, (string?)document["swagger"]);
        if (document["info"] is JsonObject info)
        {
            writer.Message(2, w =>
            {
                w.String(1, (string?)info["title"]);
                w.String(2, (string?)info["version"]);
            });
        }

        writer.Message(8, w => Named(w, 2, document["paths"], PathItem));
        writer.Message(9, w => Named(w, 1, document["definitions"], Schema));
        return writer.ToArray();
    }

    private static void Named(ProtoWriter writer, int field, JsonNode? map, Action<ProtoWriter, JsonObject> write)
    {
        foreach (var (key, value) in map as JsonObject ?? [])
        {
            writer.Message(field, w =>
            {
                w.String(1, key);
                w.Message(2, inner => write(inner, value!.AsObject()));
            });
        }
    }

    private static void PathItem(ProtoWriter writer, JsonObject item)
    {
        foreach (var (name, field) in Operations)
        {
            if (item[name] is JsonObject operation)
            {
                writer.Message(field, w => Operation(w, operation));
            }
        }

        Parameters(writer, 9, item["parameters"]);
        Extensions(writer, 10, item);
    }

    private static void Operation(ProtoWriter writer, JsonObject operation)
    {
        writer.String(5, (string?)operation["operationId"]);
        Strings(writer, 6, operation["produces"]);
        Strings(writer, 7, operation["consumes"]);
        Parameters(writer, 8, operation["parameters"]);
        writer.Message(9, w =>
        {
            foreach (var (code, response) in operation["responses"] as JsonObject ?? [])
            {
                w.Message(1, named =>
                {
                    named.String(1, code);
                    named.Message(2, value => value.Message(1, inner => Response(inner, response!.AsObject())));
                });
            }
        });
        Extensions(writer, 13, operation);
    }

    private static void Response(ProtoWriter writer, JsonObject response)
    {
        writer.String(1, (string?)response["description"]);
        if (response["schema"] is JsonObject schema)
        {
            writer.Message(2, item => item.Message(1, w => Schema(w, schema)));
        }
    }

    private static void Parameters(ProtoWriter writer, int field, JsonNode? parameters)
    {
        foreach (var parameter in (parameters as JsonArray ?? []).OfType<JsonObject>())
        {
            writer.Message(field, item => item.Message(1, w => Parameter(w, parameter)));
        }
    }

    private static void Parameter(ProtoWriter writer, JsonObject parameter)
    {
        switch ((string?)parameter["in"])
        {
            case "body":
                writer.Message(1, w =>
                {
                    w.String(2, (string?)parameter["name"]);
                    w.String(3, "body");
                    w.Bool(4, (bool?)parameter["required"] == true);
                    if (parameter["schema"] is JsonObject schema)
                    {
                        w.Message(5, inner => Schema(inner, schema));
                    }
                });
                break;
            case "path":
                writer.Message(2, w => w.Message(4, p => Plain(p, parameter, typeField: 5, uniqueField: 19)));
                break;
            default:
                writer.Message(2, w => w.Message(3, p => Plain(p, parameter, typeField: 6, uniqueField: 20)));
                break;
        }
    }

    private static void Plain(ProtoWriter writer, JsonObject parameter, int typeField, int uniqueField)
    {
        writer.Bool(1, (bool?)parameter["required"] == true);
        writer.String(2, (string?)parameter["in"]);
        writer.String(4, (string?)parameter["name"]);
        writer.String(typeField, (string?)parameter["type"]);
        writer.Bool(uniqueField, (bool?)parameter["uniqueItems"] == true);
    }

    private static void Schema(ProtoWriter writer, JsonObject schema)
    {
        writer.String(1, (string?)schema["$ref"]);
        writer.String(2, (string?)schema["format"]);
        writer.String(4, (string?)schema["description"]);
        Strings(writer, 19, schema["required"]);
        foreach (var value in schema["enum"] as JsonArray ?? [])
        {
            writer.Message(20, w => Any(w, value));
        }

        if (schema["additionalProperties"] is { } additional)
        {
            writer.Message(21, w =>
            {
                if (additional is JsonObject values)
                {
                    w.Message(1, inner => Schema(inner, values));
                }
                else
                {
                    w.Bool(2, additional.GetValueKind() == JsonValueKind.True);
                }
            });
        }

        if ((string?)schema["type"] is { } type)
        {
            writer.Message(22, w => w.Element(1, type));
        }

        if (schema["items"] is JsonObject items)
        {
            writer.Message(23, w => w.Message(1, inner => Schema(inner, items)));
        }

        if (schema["properties"] is JsonObject { Count: > 0 } properties)
        {
            writer.Message(25, w => Named(w, 1, properties, Schema));
        }

        Extensions(writer, 31, schema);
    }

    private static void Extensions(ProtoWriter writer, int field, JsonObject owner)
    {
        foreach (var (key, value) in owner.Where(p => p.Key.StartsWith("x-", StringComparison.Ordinal)))
        {
            writer.Message(field, w =>
            {
                w.String(1, key);
                w.Message(2, inner => Any(inner, value));
            });
        }
    }

    /// <summary>Values are given as YAML; JSON is YAML.</summary>
    private static void Any(ProtoWriter writer, JsonNode? value) => writer.String(2, (value?.ToJsonString() ?? "null") + "\n");

    private static void Strings(ProtoWriter writer, int field, JsonNode? values)
    {
        foreach (var value in values as JsonArray ?? [])
        {
            writer.Element(field, (string?)value ?? "");
        }
    }
}
