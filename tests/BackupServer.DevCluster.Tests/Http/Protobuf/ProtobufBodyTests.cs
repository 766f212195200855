using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Http.Protobuf;
using BackupServer.DevCluster.Schemas;
using BackupServer.DevCluster.Tests.Kubectl;
using BackupServer.DevCluster.Tests.Nodes;

namespace BackupServer.DevCluster.Tests.Http.Protobuf;

public sealed class ProtobufBodyTests(KubectlServer fixture) : IClassFixture<KubectlServer>
{
    [Fact]
    public void Every_field_of_the_table_of_numbers_exists()
    {
        Assert.All(ProtoFields.Types.Where(type => SchemaCatalog.Instance.Has(type)), type => Assert.All(
            Enumerable.Range(1, 64).Select(number => ProtoFields.Name(type, number)).OfType<string>(),
            name => Assert.True(name[0] == ProtoFields.Inlined ? ProtoFields.Has(name[1..]) : SchemaCatalog.Instance.Type(type).Field(name) is not null, $"{type} {name}")));
    }

    [Fact]
    public void Fields_of_embedded_messages_are_those_of_the_message_around_them()
    {
        var empty = Message(1, "cache"u8, 2, Message(2, Message(1, "Memory"u8)));
        var pod = Message(2, Message(1, empty));

        var read = ProtobufBody.Parse(Body("v1", "Pod", pod));

        Assert.Equal("""{"kind":"Pod","apiVersion":"v1","spec":{"volumes":[{"name":"cache","emptyDir":{"medium":"Memory"}}]}}""", read.ToJsonString());
    }

    [Fact]
    public void Zeros_that_JSON_leaves_out_are_left_out()
    {
        var metadata = Message(1, "c"u8, 2, ""u8, 3, ""u8, 6, ""u8, 8, ""u8);

        var read = ProtobufBody.Parse(Body("v1", "ConfigMap", Message(1, metadata)));

        Assert.Equal("""{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"c"}}""", read.ToJsonString());
    }

    [Fact]
    public void Bytes_and_maps_are_read()
    {
        var read = ProtobufBody.Parse(Body("v1", "Secret", Message(2, Message(1, "k"u8, 2, [0xff, 0]), 3, "Opaque"u8)));

        Assert.Equal("""{"kind":"Secret","apiVersion":"v1","data":{"k":"/wA="},"type":"Opaque"}""", read.ToJsonString());
    }

    [Theory]
    [InlineData("6b387300")]
    [InlineData("00")]
    [InlineData("6b3873000a02")]
    [InlineData("6b387300ffffffffffffffffffffff")]
    [InlineData("6b3873000a0f0a02763112094e616d65737061636512020aff")]
    public async Task A_body_that_is_cut_or_no_message_is_refused_with_400(string hex)
    {
        using var answer = await PostAsync("/api/v1/namespaces", Convert.FromHexString(hex));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Another_kind_than_the_resources_is_refused()
    {
        using var answer = await PostAsync("/api/v1/namespaces", Body("v1", "Secret", []));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("cannot be handled as a Namespace", await answer.Content.ReadAsStringAsync(RunningCluster.Ct));
    }

    [Fact]
    public async Task A_type_without_messages_is_refused_with_the_media_types_that_it_has()
    {
        using var answer = await PostAsync("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", Body("apiextensions.k8s.io/v1", "CustomResourceDefinition", []));

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        var message = (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync(RunningCluster.Ct))!["message"];
        Assert.Equal("the body of the request was in an unknown format - accepted media types include: application/json, application/yaml", message);
    }

    [Fact]
    public async Task Options_of_a_deletion_are_read()
    {
        using var made = await fixture.Server.CreateAsync("/api/v1/namespaces/default/configmaps", JsonNode.Parse("""{"metadata":{"name":"proto-delete"}}""")!);
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/api/v1/namespaces/default/configmaps/proto-delete");
        request.Content = Content(Body("v1", "DeleteOptions", Message(2, Message(1, "00000000-0000-0000-0000-000000000000"u8))));

        using var answer = await fixture.Server.Client.SendAsync(request, RunningCluster.Ct);

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
    }

    private static byte[] Body(string apiVersion, string kind, byte[] message) =>
        [.. "k8s\0"u8, .. Message(1, Message(1, Encoding.UTF8.GetBytes(apiVersion), 2, Encoding.UTF8.GetBytes(kind)), 2, message)];

    private static byte[] Message(int number, ReadOnlySpan<byte> value) => [(byte)((number << 3) | 2), (byte)value.Length, .. value];

    private static byte[] Message(int first, ReadOnlySpan<byte> one, int second, ReadOnlySpan<byte> two) => [.. Message(first, one), .. Message(second, two)];

    private static byte[] Message(int a, ReadOnlySpan<byte> one, int b, ReadOnlySpan<byte> two, int c, ReadOnlySpan<byte> three, int d, ReadOnlySpan<byte> four, int e, ReadOnlySpan<byte> five) =>
        [.. Message(a, one, b, two), .. Message(c, three, d, four), .. Message(e, five)];

    private static ByteArrayContent Content(byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new(ProtobufBody.MediaType);
        return content;
    }

    private Task<HttpResponseMessage> PostAsync(string path, byte[] body) => fixture.Server.Client.PostAsync(path, Content(body), RunningCluster.Ct);
}
