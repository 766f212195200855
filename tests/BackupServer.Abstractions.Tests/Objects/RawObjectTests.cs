using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using FsCheck;
using FsCheck.Fluent;

namespace BackupServer.Abstractions.Tests.Objects;

public sealed class RawObjectTests
{
    [Fact]
    public void The_header_is_read_wherever_it_stands()
    {
        var raw = Parse("""
            {"spec":{"kind":"inner","metadata":{"name":"inner"}},"metadata":{"labels":{"a":"b"},"managedFields":[{"manager":"x"}],"namespace":"ns",
             "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"rs","uid":"u1","controller":true}],"uid":"u","resourceVersion":"7",
             "annotations":{"c":"d"},"deletionTimestamp":"2026-01-01T00:00:00Z","name":"n"},"kind":"Pod","apiVersion":"v1"}
            """);

        Assert.Equal(("v1", "Pod", "ns/n"), (raw.ApiVersion, raw.Kind, raw.Name.ToString()));
        Assert.Equal(("u", "7", "2026-01-01T00:00:00Z"), (raw.Metadata.Uid, raw.Metadata.ResourceVersion, raw.Metadata.DeletionTimestamp));
        Assert.Equal("b", raw.Metadata.Labels["a"]);
        Assert.Equal("d", raw.Metadata.Annotations["c"]);
        Assert.Equal("rs", Assert.Single(raw.Metadata.OwnerReferences).Name);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"metadata":null,"kind":null,"apiVersion":3}""")]
    [InlineData("""{"metadata":{"labels":null,"annotations":[],"ownerReferences":null,"name":{}}}""")]
    public void What_is_absent_or_of_another_type_is_empty(string json)
    {
        var raw = Parse(json);

        Assert.Equal("", raw.ApiVersion + raw.Kind + raw.Metadata.Name + raw.Metadata.Namespace);
        Assert.Empty(raw.Metadata.Labels);
        Assert.Empty(raw.Metadata.OwnerReferences);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("3")]
    [InlineData("""{"metadata":{"name":"x" """)]
    public void What_is_no_object_is_refused(string json) => Assert.ThrowsAny<JsonException>(() => Parse(json));

    [Fact]
    public void Any_names_and_labels_come_through() => Prop.ForAll<NonNull<string>, NonNull<string>>(static (name, label) =>
    {
        var node = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name.Get, ["labels"] = new JsonObject { [label.Get] = name.Get } },
        };

        // Unpaired surrogates cannot be UTF-8; the serializer replaces them, which is not this type's business.
        var expected = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(name.Get));
        var raw = RawObject.From(node);
        return raw.Metadata.Name == expected && raw.Metadata.Labels.Values.Single() == expected && JsonNode.DeepEquals(raw.ToNode(), JsonNode.Parse(node.ToJsonString()));
    }).QuickCheckThrowOnFailure();

    private static RawObject Parse(string json) => RawObject.Parse(Encoding.UTF8.GetBytes(json));
}
