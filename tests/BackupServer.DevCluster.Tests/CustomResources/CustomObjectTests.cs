using System.Text.Json.Nodes;
using BackupServer.DevCluster.CustomResources;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.Tests.CustomResources;

public sealed class CustomObjectTests
{
    private const string Widget = """
        {"type":"object","required":["spec"],"properties":{"spec":{"type":"object","properties":{
          "s":{"type":"string","default":"d","minLength":1,"pattern":"^[a-z]+$"},"n":{"type":"integer","minimum":0,"maximum":10},
          "e":{"type":"string","enum":["a","b"]},"nul":{"type":"string","nullable":true,"default":"x"},
          "o":{"type":"object","properties":{"in":{"type":"boolean","default":true}}},
          "q":{"type":"object","default":{},"properties":{"z":{"type":"integer","default":7}}},
          "i":{"x-kubernetes-int-or-string":true},"free":{"type":"object","x-kubernetes-preserve-unknown-fields":true},
          "emb":{"type":"object","x-kubernetes-embedded-resource":true,"x-kubernetes-preserve-unknown-fields":true},
          "m":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"],
               "items":{"type":"object","required":["name"],"properties":{"name":{"type":"string"},"v":{"type":"integer","maximum":5}}}},
          "fixed":{"type":"string","x-kubernetes-validations":[{"rule":"self == oldSelf","message":"fixed is immutable"}]}}}}}
        """;

    private static readonly StructuralSchema Schema = StructuralSchema.Parse(JsonNode.Parse(Widget)!.AsObject());

    [Fact]
    public void Pruning_drops_undeclared_fields_everywhere_but_where_the_schema_keeps_them()
    {
        var value = Parse("""{"metadata":{"name":"a","x":1},"spec":{"nope":1,"o":{"y":1},"free":{"any":{"thing":1}},"emb":{"kind":"Pod","metadata":{"name":"p","bogus":1},"spec":{"x":1}},"m":[{"name":"a","zz":1}]},"top":1}""");

        var dropped = Pruning.Prune(value, Schema);

        Assert.Equal(["metadata.x", "spec.nope", "spec.o.y", "spec.emb.metadata.bogus", "spec.m[0].zz", "top"], dropped);
        Assert.Equal(
            """{"metadata":{"name":"a"},"spec":{"o":{},"free":{"any":{"thing":1}},"emb":{"kind":"Pod","metadata":{"name":"p"},"spec":{"x":1}},"m":[{"name":"a"}]}}""",
            value.ToJsonString());
    }

    [Theory]
    [InlineData("{}", """{"s":"d","nul":"x","q":{"z":7}}""")]
    [InlineData("""{"s":null,"nul":null}""", """{"nul":null,"q":{"z":7},"s":"d"}""")]
    [InlineData("""{"o":{},"s":"","q":{"z":1}}""", """{"nul":"x","o":{"in":true},"q":{"z":1},"s":""}""")]
    public void Defaults_fill_what_is_absent_and_nulls_that_are_not_allowed(string spec, string expected)
    {
        var value = Parse($$"""{"spec":{{spec}}}""");

        Defaulting.Apply(value, Schema);

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), value["spec"]), value.ToJsonString());
    }

    [Theory]
    [InlineData("""{"n":"x"}""", "spec.n: Invalid value: \"string\": spec.n in body must be of type integer: \"string\"")]
    [InlineData("""{"n":-1}""", "spec.n: Invalid value: -1: spec.n in body should be greater than or equal to 0")]
    [InlineData("""{"n":11}""", "spec.n: Invalid value: 11: spec.n in body should be less than or equal to 10")]
    [InlineData("""{"e":"c"}""", "spec.e: Unsupported value: \"c\": supported values: \"a\", \"b\"")]
    [InlineData("""{"s":"A"}""", "spec.s: Invalid value: \"A\": spec.s in body should match '^[a-z]+$'")]
    [InlineData("""{"i":true}""", "spec.i: Invalid value: \"boolean\": spec.i in body must be of type integer,string: \"boolean\"")]
    [InlineData("""{"e":null}""", "spec.e: Invalid value: \"null\": spec.e in body must be of type string: \"null\"")]
    [InlineData("""{"m":[{"v":1}]}""", "spec.m[0].name: Required value")]
    public void Validation_speaks_as_the_server(string spec, string expected) =>
        Assert.Equal(expected, Assert.Single(Validate(spec)).ToString());

    [Fact]
    public void A_list_with_the_same_key_twice_is_refused() =>
        Assert.Equal("spec.m[1]: Duplicate value: {\"name\":\"x\"}",
            Assert.Single(ListTypeValidation.Validate(Parse("""{"spec":{"m":[{"name":"x"},{"name":"x"}]}}"""), Schema, "")).ToString());

    [Fact]
    public void What_did_not_change_is_not_validated_again()
    {
        var old = Parse("""{"spec":{"n":50,"m":[{"name":"x","v":9}]}}""");
        var changed = Parse("""{"spec":{"n":50,"s":"new","m":[{"name":"y","v":1},{"name":"x","v":9}]}}""");
        var worse = Parse("""{"spec":{"n":51,"m":[{"name":"x","v":9}]}}""");

        Assert.Empty(SchemaValidation.Validate(changed, old, Schema));
        Assert.Equal("spec.n", Assert.Single(SchemaValidation.Validate(worse, old, Schema)).Field);
    }

    [Fact]
    public void A_transition_rule_runs_only_against_an_old_value()
    {
        var first = Parse("""{"spec":{"fixed":"1"}}""");
        var second = Parse("""{"spec":{"fixed":"2"}}""");

        Assert.Empty(RuleValidation.Validate(first, null, Schema));
        Assert.Empty(RuleValidation.Validate(second, Parse("""{"spec":{}}"""), Schema));
        Assert.Equal("spec.fixed: Invalid value: \"2\": fixed is immutable", Assert.Single(RuleValidation.Validate(second, first, Schema)).ToString());
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{}}}""", "s.properties[a].type: Required value: must not be empty for specified object fields")]
    [InlineData("""{"type":"string"}""", "s.type: Invalid value: \"string\": must be object at the root")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string","pattern":"(?=x)"}}}""", "must be a valid regular expression")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"integer","default":"x"}}}""", "s.properties[a].default: Invalid value")]
    [InlineData("""{"type":"object","x-kubernetes-validations":[{"rule":"self.zz"}]}""", "")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}},"x-kubernetes-validations":[{"rule":"self.zz == 1"}]}""", "undefined field 'zz'")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string","x-kubernetes-validations":[{"rule":"authorizer.path('/x').allowed()"}]}}}""", "undeclared reference to 'authorizer'")]
    public void A_schema_that_could_not_be_carried_out_is_refused(string schema, string words)
    {
        var errors = StructuralCheck.Check(StructuralSchema.Parse(Parse(schema)), "s").ToList();

        if (words.Length == 0)
        {
            Assert.Empty(errors);
        }
        else
        {
            Assert.Contains(words, string.Join("\n", errors));
        }
    }

    [Theory]
    [InlineData(".spec.a", "1")]
    [InlineData(".spec.l[*].k", "x")]
    [InlineData(".spec.l[1].k", "y")]
    [InlineData(".spec.l[?(@.k==\"y\")].v", "2")]
    [InlineData(".metadata.labels.a\\.b/c", "l")]
    [InlineData(".metadata.labels['a.b/c']", "l")]
    [InlineData(".spec.none", null)]
    public void A_path_finds_its_first_value(string path, string? expected)
    {
        var value = Parse("""{"metadata":{"labels":{"a.b/c":"l"}},"spec":{"a":1,"l":[{"k":"x","v":1},{"k":"y","v":2}]}}""");

        Assert.Equal(expected, JsonPath.Parse(path).Find(value).FirstOrDefault()?.ToString());
    }

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    private static IReadOnlyList<FieldError> Validate(string spec) => SchemaValidation.Validate(Parse($$"""{"spec":{{spec}}}"""), null, Schema);
}
