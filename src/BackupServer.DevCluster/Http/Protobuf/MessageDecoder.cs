using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.Http.Protobuf;

/// <summary>
/// Turns a message of a built-in type into the JSON a client would send for the same object: Go writes zeros into messages that it leaves
/// out of JSON. Fields that nobody here knows are left out, as a server of another version leaves them out.
/// </summary>
internal static class MessageDecoder
{
    private const int DeepestNesting = 100;
    private const int MapKey = 1;
    private const int MapValue = 2;

    public static JsonObject Decode(ReadOnlySpan<byte> message, SchemaNode type) => Object(message, type, DeepestNesting);

    private static JsonObject Object(ReadOnlySpan<byte> message, SchemaNode type, int depth)
    {
        var obj = new JsonObject();
        Fill(obj, message, type, type.TypeName ?? "", depth);
        return obj;
    }

    private static void Fill(JsonObject obj, ReadOnlySpan<byte> message, SchemaNode type, string messageType, int depth)
    {
        if (depth == 0) throw new FormatException($"proto: more than {DeepestNesting} messages in each other");
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            var name = ProtoFields.Name(messageType, reader.Number);
            if (name?[0] == ProtoFields.Inlined)
            {
                Fill(obj, reader.Bytes(), type, name[1..], depth - 1);
            }
            else if (name is not null && type.Field(name) is { } field)
            {
                Take(obj, field, ref reader, depth);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static void Take(JsonObject obj, SchemaField field, ref ProtoReader reader, int depth)
    {
        switch (field.Node.Shape)
        {
            case SchemaShape.Array:
                var list = obj[field.Name] as JsonArray ?? [];
                obj[field.Name] = list;
                Append(list, field.Node.Items ?? SchemaNode.Anything, ref reader, depth);
                break;
            case SchemaShape.Map:
                var map = obj[field.Name] as JsonObject ?? [];
                obj[field.Name] = map;
                Entry(map, reader.Bytes(), field.Node.Values ?? SchemaNode.Anything, depth);
                break;
            default:
                var value = Value(field.Node, ref reader, depth);
                if (field.IsPointer || !field.OmitEmpty || !IsZero(value)) obj[field.Name] = value;
                break;
        }
    }

    /// <summary>An element of a list; numbers may also come several at a time.</summary>
    private static void Append(JsonArray list, SchemaNode items, ref ProtoReader reader, int depth)
    {
        if (items.Shape is not (SchemaShape.Integer or SchemaShape.Boolean) || reader.Wire != WireType.Length)
        {
            list.Add(Value(items, ref reader, depth));
            return;
        }

        var packed = new ProtoReader(reader.Bytes());
        while (!packed.IsAtEnd) list.Add(Value(items, ref packed, depth));
    }

    private static void Entry(JsonObject map, ReadOnlySpan<byte> entry, SchemaNode values, int depth)
    {
        var key = "";
        JsonNode? value = values.Shape switch
        {
            SchemaShape.Object => new JsonObject(),
            SchemaShape.Array => new JsonArray(),
            SchemaShape.Quantity => "0",
            _ => "",
        };
        var reader = new ProtoReader(entry);
        while (reader.Next())
        {
            switch (reader.Number)
            {
                case MapKey:
                    key = Encoding.UTF8.GetString(reader.Bytes());
                    break;
                case MapValue when values.Shape == SchemaShape.Array:
                    // A list as value is a message of its own with the list as its first field.
                    value = ListValue(reader.Bytes(), values.Items ?? SchemaNode.Anything, depth);
                    break;
                case MapValue:
                    value = Value(values, ref reader, depth);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        map[key] = value;
    }

    private static JsonArray ListValue(ReadOnlySpan<byte> message, SchemaNode items, int depth)
    {
        var list = new JsonArray();
        var reader = new ProtoReader(message);
        while (reader.Next()) Append(list, items, ref reader, depth);
        return list;
    }

    private static JsonNode? Value(SchemaNode node, ref ProtoReader reader, int depth) => node.Shape switch
    {
        SchemaShape.String => Encoding.UTF8.GetString(reader.Bytes()),
        SchemaShape.Bytes => Convert.ToBase64String(reader.Bytes()),
        SchemaShape.Integer => (long)reader.Varint(),
        SchemaShape.Boolean => reader.Varint() != 0,
        SchemaShape.Number => reader.Double(),
        SchemaShape.Object => Object(reader.Bytes(), node, depth - 1),
        SchemaShape.Quantity => FirstText(reader.Bytes()),
        SchemaShape.IntOrString => IntOrString(reader.Bytes()),
        SchemaShape.Time => Time(reader.Bytes(), "yyyy-MM-dd'T'HH:mm:ss'Z'"),
        SchemaShape.MicroTime => Time(reader.Bytes(), "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'"),
        SchemaShape.Any => Free(reader.Bytes()),
        _ => throw new FormatException($"proto: a {node.Shape} cannot stand in a list"),
    };

    private static string FirstText(ReadOnlySpan<byte> message)
    {
        var reader = new ProtoReader(message);
        return reader.Next() ? Encoding.UTF8.GetString(reader.Bytes()) : "0";
    }

    /// <summary>type (0 a number, 1 a text), the number, the text.</summary>
    private static JsonNode IntOrString(ReadOnlySpan<byte> message)
    {
        var (isText, number, text) = (false, 0L, "");
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            switch (reader.Number)
            {
                case 1:
                    isText = reader.Varint() == 1;
                    break;
                case 2:
                    number = (long)reader.Varint();
                    break;
                default:
                    text = Encoding.UTF8.GetString(reader.Bytes());
                    break;
            }
        }

        return isText ? text : number;
    }

    /// <summary>Seconds and nanoseconds since 1970; an empty message is no time.</summary>
    private static JsonNode? Time(ReadOnlySpan<byte> message, string format)
    {
        if (message.IsEmpty) return null;
        var (seconds, nanoseconds) = (0L, 0L);
        var reader = new ProtoReader(message);
        while (reader.Next())
        {
            var value = (long)reader.Varint();
            (seconds, nanoseconds) = reader.Number == 1 ? (value, nanoseconds) : (seconds, value);
        }

        try
        {
            return DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanoseconds / TimeSpan.NanosecondsPerTick).UtcDateTime.ToString(format, CultureInfo.InvariantCulture);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new FormatException($"proto: {seconds} s is no time", e);
        }
    }

    /// <summary>Free JSON comes as text in the first field.</summary>
    private static JsonNode? Free(ReadOnlySpan<byte> message)
    {
        var reader = new ProtoReader(message);
        if (!reader.Next()) return null;
        try
        {
            return JsonNode.Parse(reader.Bytes());
        }
        catch (JsonException e)
        {
            throw new FormatException($"proto: raw JSON expected: {e.Message}", e);
        }
    }

    private static bool IsZero(JsonNode? value) => value is null || (value is JsonValue scalar && scalar.GetValueKind() switch
    {
        JsonValueKind.String => scalar.GetValue<string>().Length == 0,
        JsonValueKind.Number => scalar.TryGetValue<long>(out var number) ? number == 0 : scalar.GetValue<double>() == 0,
        JsonValueKind.False => true,
        _ => false,
    });
}
