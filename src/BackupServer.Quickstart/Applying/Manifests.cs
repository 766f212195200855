using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace BackupServer.Quickstart.Applying;

/// <summary>Reads manifests: YAML files, several documents each.</summary>
internal static class Manifests
{
    /// <summary>The objects of all files of a directory, in the order of their names.</summary>
    /// <exception cref="UsageException">There are none, or they cannot be read.</exception>
    public static List<JsonObject> Read(string directory)
    {
        if (!Directory.Exists(directory))
        {
            throw new UsageException($"--manifests: there is no directory {directory}");
        }

        var files = Directory.EnumerateFiles(directory).Where(f => Path.GetExtension(f) is ".yaml" or ".yml").Order(StringComparer.Ordinal);
        var objects = files.SelectMany(ReadFile).ToList();
        return objects.Count > 0 ? objects : throw new UsageException($"--manifests: {directory} holds no manifests (*.yaml)");
    }

    private static List<JsonObject> ReadFile(string file)
    {
        var yaml = new YamlStream();
        try
        {
            using var text = File.OpenText(file);
            yaml.Load(text);
        }
        catch (YamlException e)
        {
            throw new UsageException($"--manifests: {file}, line {e.Start.Line}: {e.Message}");
        }

        var objects = yaml.Documents.Select(d => ToJson(d.RootNode)).OfType<JsonObject>().ToList();
        return objects.TrueForAll(IsObject)
            ? objects
            : throw new UsageException($"--manifests: {file} holds something that is no object of Kubernetes: apiVersion, kind and metadata.name are needed");
    }

    private static bool IsObject(JsonObject item) =>
        item["apiVersion"] is JsonValue && item["kind"] is JsonValue && (item["metadata"] as JsonObject)?["name"] is JsonValue;

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(c => KeyValuePair.Create(((YamlScalarNode)c.Key).Value!, ToJson(c.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(ToJson)]),
        YamlScalarNode { Style: not ScalarStyle.Plain } text => text.Value,
        YamlScalarNode { Value: null or "" or "~" or "null" } => null,
        YamlScalarNode { Value: "true" } => true,
        YamlScalarNode { Value: "false" } => false,
        YamlScalarNode plain when long.TryParse(plain.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer) => integer,
        YamlScalarNode plain when double.TryParse(plain.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && char.IsAsciiDigit(plain.Value![^1]) => number,
        YamlScalarNode plain => plain.Value,
        _ => throw new UsageException($"--manifests: the YAML node at line {node.Start.Line} is not understood"),
    };
}
