using System.Text.Json.Nodes;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.Tests.Schemas;

public sealed class TypedDecoderTests
{
    private static readonly SchemaNode ConfigMap = SchemaCatalog.Instance.Kind("", "v1", "ConfigMap")!;
    private static readonly SchemaNode Pod = SchemaCatalog.Instance.Kind("", "v1", "Pod")!;
    private static readonly SchemaNode Deployment = SchemaCatalog.Instance.Kind("apps", "v1", "Deployment")!;
    private static readonly SchemaNode Role = SchemaCatalog.Instance.Kind("rbac.authorization.k8s.io", "v1", "Role")!;

    [Fact]
    public void Unknown_fields_are_dropped_and_named_in_the_order_of_the_body()
    {
        var decoded = Decode(Pod, """{"metadata":{"name":"p","bogus":1},"spec":{"containers":[{"name":"c","imgae":"x"}],"nope":true},"Data":1}""");

        Assert.Equal(["metadata.bogus", "spec.containers[0].imgae", "spec.nope", "Data"], decoded.UnknownFields);
        Assert.Equal("""{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c"}]}}""", decoded.Value.ToJsonString());
    }

    [Fact]
    public void Zeros_that_the_type_cannot_tell_from_absence_are_dropped_and_others_kept()
    {
        var decoded = Decode(Deployment, """{"spec":{"replicas":0,"minReadySeconds":0,"paused":false,"selector":null,"template":{"spec":{"containers":[],"hostNetwork":false,"enableServiceLinks":false}}}}""");

        Assert.Equal("""{"spec":{"replicas":0,"template":{"spec":{"enableServiceLinks":false}}}}""", decoded.Value.ToJsonString());
    }

    [Theory]
    [InlineData("""{"data":{"k":5}}""", "json: cannot unmarshal number into Go struct field ConfigMap.data of type string")]
    [InlineData("""{"data":{"k":{"n":1}}}""", "json: cannot unmarshal object into Go struct field ConfigMap.data of type string")]
    [InlineData("""{"metadata":{"labels":{"a":1}}}""", "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string")]
    [InlineData("""{"binaryData":{"a":"not base64!"}}""", "illegal base64 data at input byte 3")]
    public void Wrong_types_are_refused_as_the_decoder_says_it(string body, string message) =>
        Assert.Equal(message, Assert.Throws<DecodingException>(() => Decode(ConfigMap, body)).Message);

    [Fact]
    public void A_wrong_type_deep_inside_names_the_struct_and_the_path_without_indexes()
    {
        var thrown = Assert.Throws<DecodingException>(() => Decode(Deployment, """{"spec":{"replicas":"2"}}"""));

        Assert.Equal("json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32", thrown.Message);
    }

    [Fact]
    public void Times_and_quantities_become_canonical()
    {
        var decoded = Decode(Pod, """{"metadata":{"creationTimestamp":"2024-01-01T02:00:00.5+02:00"},"spec":{"containers":[{"name":"c","resources":{"limits":{"memory":"1024Mi","cpu":0.5}}}]}}""");

        Assert.Equal("2024-01-01T00:00:00Z", (string?)decoded.Value["metadata"]!["creationTimestamp"]);
        Assert.Equal("""{"cpu":"500m","memory":"1Gi"}""", decoded.Value["spec"]!["containers"]![0]!["resources"]!["limits"]!.ToJsonString());
    }

    [Fact]
    public void The_encoder_writes_what_the_type_always_writes()
    {
        var role = TypedEncoder.Complete(Decode(Role, """{"kind":"Role"}""").Value, Role);
        var deployment = TypedEncoder.Complete(Decode(Deployment, """{"kind":"Deployment"}""").Value, Deployment);

        Assert.Equal("""{"kind":"Role","metadata":{},"rules":null}""", role.ToJsonString());
        Assert.Equal(
            """{"kind":"Deployment","metadata":{},"spec":{"selector":null,"template":{"metadata":{},"spec":{"containers":null}},"strategy":{}},"status":{}}""",
            deployment.ToJsonString());
    }

    private static DecodedObject Decode(SchemaNode type, string json) => TypedDecoder.Decode(JsonNode.Parse(json)!.AsObject(), type);
}
