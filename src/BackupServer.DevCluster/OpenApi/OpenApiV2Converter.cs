using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.OpenApi;

/// <summary>Turns OpenAPI v3 parts into v2 (Swagger): references, bodies, parameters, and shapes v2 cannot say.</summary>
internal static class OpenApiV2Converter
{
    private const string V2 = "#/definitions/";
    private static readonly HashSet<string> Dropped = ["oneOf", "anyOf", "not", "nullable", "default", "allOf", "x-kubernetes-validations"];

    /// <summary>A schema.</summary>
    public static JsonObject Schema(JsonObject v3)
    {
        if (Schemas.OpenApiReader.Reference(v3) is { } reference)
        {
            var use = new JsonObject { ["$ref"] = V2 + reference };
            foreach (var (key, value) in v3.Where(p => p.Key.StartsWith("x-", StringComparison.Ordinal)))
            {
                use[key] = value?.DeepClone();
            }

            return use;
        }

        var schema = new JsonObject();
        foreach (var (key, value) in v3)
        {
            if (Dropped.Contains(key))
            {
                continue;
            }

            schema[key] = key switch
            {
                "properties" => new JsonObject(value!.AsObject().Select(p => KeyValuePair.Create<string, JsonNode?>(p.Key, Schema(p.Value!.AsObject())))),
                "items" or "additionalProperties" when value is JsonObject inner => Schema(inner),
                _ => value?.DeepClone(),
            };
        }

        if (v3["oneOf"] is not null && !schema.ContainsKey("type"))
        {
            schema["type"] = "string";
        }

        return schema;
    }

    /// <summary>A path item.</summary>
    public static JsonObject Path(JsonObject v3)
    {
        var item = new JsonObject();
        foreach (var (key, value) in v3)
        {
            item[key] = value switch
            {
                JsonArray parameters when key == "parameters" => Parameters(parameters),
                JsonObject operation => Operation(operation),
                _ => value?.DeepClone(),
            };
        }

        return item;
    }

    private static JsonObject Operation(JsonObject v3)
    {
        var operation = new JsonObject { ["operationId"] = v3["operationId"]?.DeepClone() };
        var parameters = v3["parameters"] is JsonArray given ? Parameters(given) : [];
        if (v3["requestBody"] is JsonObject body && body["content"] is JsonObject content)
        {
            operation["consumes"] = new JsonArray([.. content.Select(c => (JsonNode)c.Key)]);
            var bodyParameter = new JsonObject { ["name"] = "body", ["in"] = "body" };
            if ((bool?)body["required"] == true)
            {
                bodyParameter["required"] = true;
            }

            bodyParameter["schema"] = content.First().Value?["schema"] is JsonObject schema ? Schema(schema) : new JsonObject();
            parameters.Add(bodyParameter);
        }

        if (parameters.Count > 0)
        {
            operation["parameters"] = parameters;
        }

        operation["responses"] = Responses(operation, v3["responses"] as JsonObject ?? []);
        foreach (var (key, value) in v3.Where(p => p.Key.StartsWith("x-", StringComparison.Ordinal)))
        {
            operation[key] = value?.DeepClone();
        }

        return operation;
    }

    private static JsonObject Responses(JsonObject operation, JsonObject v3)
    {
        var responses = new JsonObject();
        foreach (var (code, response) in v3)
        {
            var converted = new JsonObject { ["description"] = "-" };
            if (response?["content"] is JsonObject { Count: > 0 } content)
            {
                operation["produces"] ??= new JsonArray([.. content.Select(c => (JsonNode)c.Key)]);
                if (content.First().Value?["schema"] is JsonObject schema)
                {
                    converted["schema"] = Schema(schema);
                }
            }

            responses[code] = converted;
        }

        return responses;
    }

    private static JsonArray Parameters(JsonArray v3)
    {
        var parameters = new JsonArray();
        foreach (var parameter in v3.OfType<JsonObject>())
        {
            var converted = new JsonObject();
            foreach (var (key, value) in parameter.Where(p => p.Key != "schema"))
            {
                converted[key] = value?.DeepClone();
            }

            converted["type"] = (string?)parameter["schema"]?["type"] ?? "string";
            if ((bool?)parameter["schema"]?["uniqueItems"] == true)
            {
                converted["uniqueItems"] = true;
            }

            parameters.Add(converted);
        }

        return parameters;
    }
}
