using System.Text.Json.Nodes;
using BackupServer.CrdGenerator.Definitions;
using BackupServer.CrdGenerator.Yaml;
using YamlDotNet.RepresentationModel;

namespace BackupServer.Abstractions.Tests.Resources;

public sealed class DefinitionTests
{
    private static readonly string Crds = Path.Combine(AppContext.BaseDirectory, "crds");

    public static TheoryData<string> Kinds => [.. DefinitionBuilder.All().Select(static definition => (string)definition["spec"]!["names"]!["kind"]!)];

    [Fact]
    public void The_files_in_the_chart_are_what_the_types_say() => Assert.Empty(new DefinitionFolder(Crds).Compare());

    [Fact]
    public void A_changed_and_an_obsolete_file_are_named()
    {
        var folder = Directory.CreateTempSubdirectory("backupserver-crds-").FullName;
        new DefinitionFolder(folder).Write();
        File.AppendAllText(Path.Combine(folder, "backupserver.io_backups.yaml"), "# edited");
        File.WriteAllText(Path.Combine(folder, "backupserver.io_toasters.yaml"), "");

        var differences = new DefinitionFolder(folder).Compare();
        new DefinitionFolder(folder).Write();

        Assert.Equal(2, differences.Count);
        Assert.StartsWith("backupserver.io_backups.yaml differs", differences[0]);
        Assert.StartsWith("backupserver.io_toasters.yaml belongs to no type", differences[1]);
        Assert.Empty(new DefinitionFolder(folder).Compare());
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_property_has_a_description(string kind)
    {
        var missing = new List<string>();

        Walk(Schema(kind), "", (path, schema) =>
        {
            if (path is not (".metadata" or "") && string.IsNullOrWhiteSpace((string?)schema["description"]))
            {
                missing.Add(path);
            }
        });

        Assert.Empty(missing);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Schemas_are_structural(string kind) => Walk(Schema(kind), "", static (path, schema) =>
    {
        var type = (string?)schema["type"];
        Assert.True(type is "object" or "array" or "string" or "integer" or "boolean", $"{path} has the type '{type}'");
        Assert.True(type != "array" || schema["items"] is JsonObject, $"{path} has no items");
        Assert.True(type != "object" || path == ".metadata" || schema["properties"] is null != schema["additionalProperties"] is null, $"{path} has neither or both of properties and additionalProperties");
        foreach (var name in schema["required"]?.AsArray() ?? [])
        {
            Assert.True(schema["properties"]!.AsObject().ContainsKey((string)name!), $"{path} requires {name}, which it does not have");
        }
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Defaults_keep_their_own_rules(string kind) => Walk(Schema(kind), "", static (path, schema) =>
    {
        if (schema["default"] is not { } value)
        {
            return;
        }

        Assert.True(schema["enum"] is not JsonArray allowed || allowed.Any(name => (string)name! == (string)value!), $"{path} has a default outside its enum");
        Assert.True(schema["pattern"] is not { } pattern || System.Text.RegularExpressions.Regex.IsMatch((string)value!, (string)pattern!), $"{path} has a default outside its pattern");
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Printer_columns_point_at_properties(string kind)
    {
        var definition = Definition(kind);
        foreach (var column in definition["spec"]!["versions"]![0]!["additionalPrinterColumns"]!.AsArray())
        {
            var path = (string)column!["jsonPath"]!;
            var schema = (JsonNode?)Schema(kind);
            foreach (var part in path.Split('.', StringSplitOptions.RemoveEmptyEntries).TakeWhile(static part => part != "creationTimestamp"))
            {
                schema = schema?["properties"]?[part];
            }

            Assert.True(schema is not null, $"{kind} prints {path}, which does not exist");
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void YAML_reads_back_to_the_same_definition(string kind)
    {
        var definition = Definition(kind);
        var stream = new YamlStream();

        stream.Load(new StringReader(YamlWriter.Write(definition)));

        Assert.True(JsonNode.DeepEquals(definition, ToJson(stream.Documents[0].RootNode)), kind);
    }

    [Fact]
    public void Enums_are_spelled_as_Velero_does_where_it_has_them()
    {
        var policy = Schema("Restore")["properties"]!["spec"]!["properties"]!["existingResourcePolicy"]!;

        Assert.Equal(["none", "update"], policy["enum"]!.AsArray().Select(static name => (string)name!));
        Assert.Equal("none", (string)policy["default"]!);
    }

    private static JsonObject Definition(string kind) =>
        DefinitionBuilder.All().Single(definition => (string)definition["spec"]!["names"]!["kind"]! == kind);

    private static JsonObject Schema(string kind) => Definition(kind)["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!.AsObject();

    private static void Walk(JsonObject schema, string path, Action<string, JsonObject> visit)
    {
        visit(path, schema);
        foreach (var (name, property) in schema["properties"]?.AsObject() ?? [])
        {
            Walk(property!.AsObject(), $"{path}.{name}", visit);
        }

        if (schema["items"] is JsonObject { } items && items["properties"] is not null)
        {
            Walk(items, path + "[]", visit);
        }
    }

    /// <summary>A plain scalar of the definitions is a number or a truth value when it looks like one, as YAML 1.2 says; quoted ones are texts.</summary>
    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(static child => KeyValuePair.Create(((YamlScalarNode)child.Key).Value!, ToJson(child.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(ToJson)]),
        YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain, Value: "true" or "false" } truth => truth.Value == "true",
        YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain } scalar when long.TryParse(scalar.Value, out var number) => number,
        YamlScalarNode scalar => scalar.Value,
        _ => throw new InvalidOperationException($"{node.NodeType} is not expected in a definition"),
    };
}
