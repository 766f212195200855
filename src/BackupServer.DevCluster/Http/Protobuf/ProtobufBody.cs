using System.Text;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.Http.Protobuf;

/// <summary>
/// Bodies of <c>application/vnd.kubernetes.protobuf</c>: four bytes, then a runtime.Unknown with the object's kind and its message. Only
/// built-in types have one.
/// </summary>
internal static class ProtobufBody
{
    /// <summary>The media type.</summary>
    public const string MediaType = "application/vnd.kubernetes.protobuf";

    private static ReadOnlySpan<byte> Magic => "k8s\0"u8;

    /// <summary>Whether objects of a kind can be sent so.</summary>
    public static bool Accepts(string group, string version, string kind) => TypeOf(group, version, kind) is not null;

    /// <summary>The object as it is in JSON.</summary>
    /// <exception cref="FormatException">It is no such body, or of a type that has none.</exception>
    public static JsonObject Parse(ReadOnlySpan<byte> body)
    {
        if (!body.StartsWith(Magic))
        {
            throw new FormatException("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
        }

        var (apiVersion, kind, message) = Open(body[Magic.Length..]);
        var slash = apiVersion.IndexOf('/');
        var type = TypeOf(slash < 0 ? "" : apiVersion[..slash], apiVersion[(slash + 1)..], kind)
            ?? throw new FormatException($"no kind \"{kind}\" is registered for version \"{apiVersion}\"");
        var read = MessageDecoder.Decode(message, type);
        var obj = new JsonObject { ["kind"] = kind, ["apiVersion"] = apiVersion };
        foreach (var (name, value) in read.ToList())
        {
            read.Remove(name);
            obj[name] = value;
        }

        return obj;
    }

    private static (string ApiVersion, string Kind, byte[] Message) Open(ReadOnlySpan<byte> unknown)
    {
        var (apiVersion, kind) = ("", "");
        byte[] message = [];
        var reader = new ProtoReader(unknown);
        while (reader.Next())
        {
            switch (reader.Number)
            {
                case 1:
                    (apiVersion, kind) = TypeMeta(reader.Bytes());
                    break;
                case 2:
                    message = reader.Bytes().ToArray();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return (apiVersion, kind, message);
    }

    private static (string ApiVersion, string Kind) TypeMeta(ReadOnlySpan<byte> message)
    {
        var (apiVersion, kind) = ("", "");
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            var text = Encoding.UTF8.GetString(reader.Bytes());
            (apiVersion, kind) = reader.Number == 1 ? (text, kind) : (apiVersion, text);
        }

        return (apiVersion, kind);
    }

    /// <summary>Delete options are sent in the version of whatever is deleted, and are the same in all.</summary>
    private static SchemaNode? TypeOf(string group, string version, string kind) =>
        (kind == "DeleteOptions" ? SchemaCatalog.Instance.Kind("", "v1", kind) : SchemaCatalog.Instance.Kind(group, version, kind)) is { TypeName: { } name } type && ProtoFields.Has(name)
            ? type
            : null;
}
