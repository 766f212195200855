using System.Text;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Controllers;

namespace BackupServer.DevCluster.Nodes;

/// <summary>The environment of a container: the node's basics, services are left out, then envFrom and env with their references.</summary>
internal sealed class ContainerEnvironment(IObjectClient client)
{
    private static readonly string[] FromHost = ["PATH", "LANG", "TZ", "DOTNET_ROOT"];

    /// <exception cref="MissingConfigurationException">A ConfigMap, Secret or key that is not optional is not there.</exception>
    public IReadOnlyDictionary<string, string> Build(JsonObject pod, JsonObject container, string root, string podIp, string hostIp)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in FromHost)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value) environment[name] = value;
        }

        environment["HOME"] = root;
        environment["HOSTNAME"] = pod.Text("spec", "hostname") is { Length: > 0 } hostname ? hostname : pod.Name();
        environment["DEVCLUSTER_ROOT"] = root;
        foreach (var source in container.Items("envFrom")) AddAll(pod, source, environment);
        foreach (var variable in container.Items("env"))
        {
            var name = variable.Text("name") ?? string.Empty;
            var value = variable.At("valueFrom") is { } from
                ? Refer(pod, container, from, podIp, hostIp)
                : Expand(variable.Text("value") ?? string.Empty, environment);
            if (value is not null) environment[name] = value;
        }

        return environment;
    }

    /// <summary><c>$(NAME)</c> becomes the variable's value, <c>$$(NAME)</c> stays as <c>$(NAME)</c>, an unknown one as it is.</summary>
    public static string Expand(string text, IReadOnlyDictionary<string, string> environment)
    {
        var result = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '$' || i + 1 >= text.Length)
            {
                result.Append(text[i]);
            }
            else if (text[i + 1] == '$')
            {
                result.Append('$');
                i++;
            }
            else if (text[i + 1] == '(' && text.IndexOf(')', i) is > 0 and var end)
            {
                var name = text[(i + 2)..end];
                result.Append(environment.TryGetValue(name, out var value) ? value : text[i..(end + 1)]);
                i = end;
            }
            else
            {
                result.Append('$');
            }
        }

        return result.ToString();
    }

    private void AddAll(JsonObject pod, JsonNode source, Dictionary<string, string> environment)
    {
        var prefix = source.Text("prefix") ?? string.Empty;
        foreach (var (kind, resource, decode) in (ReadOnlySpan<(string, string, bool)>)[("configMapRef", "configmaps", false), ("secretRef", "secrets", true)])
        {
            if (source.At(kind) is not { } reference) continue;
            var name = reference.Text("name") ?? string.Empty;
            if (client.Get(resource, pod.Namespace(), name) is not { } found)
            {
                if (reference.Flag("optional")) continue;
                throw new MissingConfigurationException($"{resource[..^1]} \"{name}\" not found");
            }

            foreach (var (key, value) in found.Map("data")) environment[prefix + key] = decode ? Decode(value) : value;
        }
    }

    private string? Refer(JsonObject pod, JsonObject container, JsonNode from, string podIp, string hostIp)
    {
        if (from.At("configMapKeyRef") is { } map) return Key(pod, "configmaps", map)?.Text;
        if (from.At("secretKeyRef") is { } secret) return Key(pod, "secrets", secret) is { } found ? Decode(found.Text) : null;
        if (from.Text("fieldRef", "fieldPath") is { } path) return PodFacts.Field(pod, path, podIp, hostIp);
        return from.At("resourceFieldRef") is { } resource ? PodFacts.Resource(pod, resource, container.Text("name")) : null;
    }

    private Found? Key(JsonObject pod, string resource, JsonNode reference)
    {
        var name = reference.Text("name") ?? string.Empty;
        var key = reference.Text("key") ?? string.Empty;
        var kind = resource[..^1];
        if (client.Get(resource, pod.Namespace(), name) is not { } found)
        {
            return reference.Flag("optional") ? null : throw new MissingConfigurationException($"{kind} \"{name}\" not found");
        }

        if (found.Text("data", key) is { } value) return new Found(value);
        return reference.Flag("optional")
            ? null
            : throw new MissingConfigurationException($"couldn't find key {key} in {(kind == "secret" ? "Secret" : "ConfigMap")} {pod.Namespace()}/{name}");
    }

    private static string Decode(string base64) => Encoding.UTF8.GetString(Convert.FromBase64String(base64));

    private sealed record Found(string Text);
}
