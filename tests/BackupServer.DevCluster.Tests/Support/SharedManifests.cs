using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace BackupServer.DevCluster.Tests.Support;

/// <summary>The operators' manifests, which are not ours to copy: tests that need them skip where they are absent.</summary>
internal static class SharedManifests
{
    /// <summary>All objects of the files of a name, or of a folder of that name, as JSON.</summary>
    public static IReadOnlyList<JsonObject> Operators(string name)
    {
        var directory = Directory();
        Assert.SkipUnless(directory is not null, "../shared/reference/manifests is absent");
        return [.. System.IO.Directory.EnumerateFiles(Path.Combine(directory, "operators"), "*.yaml", SearchOption.AllDirectories)
            .Where(file => file.Split(Path.DirectorySeparatorChar).Contains(name)).Order().SelectMany(Objects)];
    }

    private static string? Directory()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            var candidate = Path.Combine(at.FullName, "..", "shared", "reference", "manifests");
            if (File.Exists(Path.Combine(at.FullName, "BackupServer.sln")))
            {
                return System.IO.Directory.Exists(candidate) ? candidate : null;
            }
        }

        return null;
    }

    private static IEnumerable<JsonObject> Objects(string file)
    {
        using var reader = new StreamReader(file);
        var yaml = new YamlStream();
        yaml.Load(reader);
        return [.. yaml.Documents.Select(document => Json(document.RootNode)).OfType<JsonObject>()];
    }

    private static JsonNode? Json(YamlNode node)
    {
        switch (node)
        {
            case YamlMappingNode mapping:
                var members = new JsonObject();
                foreach (var (key, value) in mapping.Children)
                {
                    var name = ((YamlScalarNode)key).Value!;
                    if (name != "<<")
                    {
                        members[name] = Json(value);
                        continue;
                    }

                    foreach (var (merged, inherited) in Json(value) as JsonObject ?? [])
                    {
                        if (!mapping.Children.ContainsKey(new YamlScalarNode(merged)))
                        {
                            members[merged] = inherited?.DeepClone();
                        }
                    }
                }

                return members;
            case YamlSequenceNode sequence:
                return new JsonArray([.. sequence.Children.Select(Json)]);
            default:
                return Scalar((YamlScalarNode)node);
        }
    }

    private static JsonNode? Scalar(YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        if (scalar.Style != ScalarStyle.Plain)
        {
            return text;
        }

        return text switch
        {
            "" or "~" or "null" => null,
            "true" => true,
            "false" => false,
            _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer) => integer,
            _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
            _ => text,
        };
    }
}
