using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas.Kinds;

/// <summary>ConfigMaps and Secrets: keys, sizes, required keys of Secret types, immutability.</summary>
internal static class ConfigValidation
{
    private const long Limit = 1_048_576;

    private static readonly Dictionary<string, string[]> RequiredKeys = new()
    {
        ["kubernetes.io/tls"] = ["tls.crt", "tls.key"],
        ["kubernetes.io/dockerconfigjson"] = [".dockerconfigjson"],
        ["kubernetes.io/dockercfg"] = [".dockercfg"],
        ["kubernetes.io/ssh-auth"] = ["ssh-privatekey"],
    };

    public static void ConfigMapKeys(ValidationCase test)
    {
        var data = test.Value["data"] as JsonObject ?? [];
        var binary = test.Value["binaryData"] as JsonObject ?? [];
        var size = 0L;
        foreach (var (key, value) in data)
        {
            Key(test, "data", key);
            if (binary.ContainsKey(key))
            {
                test.Errors.Invalid($"data[{key}]", key, "duplicate of key present in binaryData");
            }

            size += Encoding.UTF8.GetByteCount((string?)value ?? "");
        }

        foreach (var (key, value) in binary)
        {
            Key(test, "binaryData", key);
            size += Bytes(value);
        }

        if (size > Limit)
        {
            test.Errors.TooLong("[]", (int)Limit);
        }
    }

    public static void SecretKeys(ValidationCase test)
    {
        var data = test.Value["data"] as JsonObject ?? [];
        foreach (var (key, _) in data)
        {
            Key(test, "data", key);
        }

        if (data.Sum(entry => Bytes(entry.Value)) > Limit)
        {
            test.Errors.TooLong("data", (int)Limit);
        }

        var type = Json.Text(test.Value, "type") ?? "";
        foreach (var key in RequiredKeys.GetValueOrDefault(type, []))
        {
            if (!data.ContainsKey(key))
            {
                test.Errors.Required($"data[{key}]");
            }
        }

        if (type == "kubernetes.io/basic-auth" && !data.ContainsKey("username") && !data.ContainsKey("password"))
        {
            test.Errors.Required("data[username]");
            test.Errors.Required("data[password]");
        }

        if (type is "kubernetes.io/dockerconfigjson" or "kubernetes.io/dockercfg" && data[RequiredKeys[type][0]] is { } config)
        {
            DockerConfig(test, RequiredKeys[type][0], config);
        }

        if (type == "kubernetes.io/service-account-token" && Json.Text(test.Value, "metadata", "annotations", "kubernetes.io/service-account.name") is null or "")
        {
            test.Errors.Required("metadata.annotations[kubernetes.io/service-account.name]");
        }
    }

    public static void ImmutableConfigMap(ValidationCase test)
    {
        if (test.Old is not null && Json.IsTrue(test.Old, "immutable"))
        {
            Frozen(test, "immutable", !Json.IsTrue(test.Value, "immutable"));
            Frozen(test, "data", !JsonNode.DeepEquals(test.Value["data"], test.Old["data"]));
            Frozen(test, "binaryData", !JsonNode.DeepEquals(test.Value["binaryData"], test.Old["binaryData"]));
        }
    }

    public static void ImmutableSecret(ValidationCase test)
    {
        if (test.Old is null)
        {
            return;
        }

        if (!JsonNode.DeepEquals(test.Value["type"], test.Old["type"]))
        {
            test.Errors.Invalid("type", test.Value["type"], "field is immutable");
        }

        if (Json.IsTrue(test.Old, "immutable"))
        {
            Frozen(test, "immutable", !Json.IsTrue(test.Value, "immutable"));
            Frozen(test, "data", !JsonNode.DeepEquals(test.Value["data"], test.Old["data"]));
        }
    }

    private static void Frozen(ValidationCase test, string field, bool changed)
    {
        if (changed)
        {
            test.Errors.Forbidden(field, "field is immutable when `immutable` is set");
        }
    }

    private static void Key(ValidationCase test, string field, string key)
    {
        foreach (var problem in key is "." or ".." ? Names.ConfigKey(key).TakeLast(1) : Names.ConfigKey(key))
        {
            test.Errors.Invalid($"{field}[{key}]", key, problem);
        }
    }

    private static void DockerConfig(ValidationCase test, string key, JsonNode config)
    {
        var text = Encoding.UTF8.GetString(Convert.FromBase64String((string)config!));
        try
        {
            JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            // The parser's words are Go's: they are part of the answer that clients see.
            var detail = text.Length == 0 ? "unexpected end of JSON input" : $"invalid character '{text[0]}' looking for beginning of value";
            test.Errors.Invalid($"data[{key}]", "<secret contents redacted>", detail);
        }
    }

    private static long Bytes(JsonNode? base64)
    {
        var text = (string?)base64 ?? "";
        return (text.Length / 4 * 3) - text.Count(c => c == '=');
    }
}
