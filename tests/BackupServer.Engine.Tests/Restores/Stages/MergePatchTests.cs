using System.Text.Json.Nodes;
using BackupServer.Engine.Restores.Stages;
using FsCheck;
using FsCheck.Fluent;

namespace BackupServer.Engine.Tests.Restores.Stages;

public sealed class MergePatchTests
{
    [Theory]
    [InlineData("""{"a":1}""", """{"a":1}""", "{}")]
    [InlineData("""{"a":1}""", """{"a":2}""", """{"a":2}""")]
    [InlineData("""{"a":1,"b":2}""", """{"a":1}""", """{"b":null}""")]
    [InlineData("""{"a":{"b":1,"c":2}}""", """{"a":{"b":1,"d":3}}""", """{"a":{"d":3,"c":null}}""")]
    [InlineData("""{"a":[1,2]}""", """{"a":[2]}""", """{"a":[2]}""")]
    [InlineData("""{"a":{}}""", """{"a":[]}""", """{"a":[]}""")]
    public void Patch_names_what_differs(string from, string to, string patch) =>
        Assert.Equal(patch, MergePatch.Between(Parse(from), Parse(to)).ToJsonString());

    [Fact]
    public void Applied_patch_makes_the_second_of_the_first() => Prop.ForAll(Objects(3).ToArbitrary(), Objects(3).ToArbitrary(), (from, to) =>
    {
        var result = Parse(from);
        Apply(result, MergePatch.Between(Parse(from), Parse(to)));
        return JsonNode.DeepEquals(result, Parse(to));
    }).QuickCheckThrowOnFailure();

    private static JsonObject Parse(string text) => (JsonObject)JsonNode.Parse(text)!;

    private static Gen<string> Objects(int depth) => Gen.Elements("a", "b", "c").ListOf().SelectMany(keys => Values(depth).ListOf(keys.Distinct().Count())
        .Select(values => $"{{{string.Join(',', keys.Distinct().Zip(values, (key, value) => $"\"{key}\":{value}"))}}}"));

    private static Gen<string> Values(int depth) => depth == 0
        ? Gen.Elements("1", "\"x\"", "[1]", "[]")
        : Gen.OneOf(Gen.Elements("1", "true", "[{\"a\":1}]"), Gen.Constant(0).SelectMany(_ => Objects(depth - 1)));

    private static void Apply(JsonObject into, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null)
            {
                into.Remove(name);
            }
            else if (value is JsonObject inner)
            {
                if (into[name] is not JsonObject there)
                {
                    into[name] = there = new JsonObject();
                }

                Apply(there, inner);
            }
            else
            {
                into[name] = value.DeepClone();
            }
        }
    }
}
