using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace BackupServer.Quickstart.Applying;

/// <summary>Reads manifests: YAML files, several documents each.</summary>
internal static class Manifests
{
    /// <summary>The objects of all files of a directory, in the order of their names.</summary>
    public static List<JsonObject> Read(string directory)
    {
        var objects = new List<JsonObject>();
        foreach (var file in Directory.EnumerateFiles(directory).Where(f => f.EndsWith(".yaml", StringComparison.Ordinal) || f.EndsWith(".yml", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            var yaml = new YamlStream();
            using var text = File.OpenText(file);
            yaml.Load(text);
            objects.AddRange(yaml.Documents.Select(d => ToJson(d.RootNode)).OfType<JsonObject>());
        }

        return objects.Count > 0 ? objects : throw new StoryException($"{directory} holds no manifests (*.yaml)");
    }

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
        _ => throw new StoryException($"YAML node at line {node.Start.Line} is not understood"),
    };
}
