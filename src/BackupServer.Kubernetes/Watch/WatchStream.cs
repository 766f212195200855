using System.Text.Json;
using BackupServer.Abstractions.Objects;
using BackupServer.Kubernetes.Lists;

namespace BackupServer.Kubernetes.Watch;

/// <summary>Cuts a watch's answer, a row of JSON objects, into events.</summary>
internal sealed class WatchStream(JsonInput input) : IDisposable
{
    private static readonly JsonReaderOptions ManyValues = new() { AllowMultipleValues = true };

    private JsonReaderState _state = new(ManyValues);

    /// <summary>The next event; null when the server has ended the watch.</summary>
    /// <exception cref="WatchErrorException">The server sent an ERROR event.</exception>
    /// <exception cref="JsonException">The answer is not JSON.</exception>
    /// <exception cref="IOException">The answer ended inside an event.</exception>
    public async ValueTask<WatchEvent?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (Scan() is { } bytes)
            {
                return Parse(bytes);
            }

            if (!await input.FillAsync(cancellationToken))
            {
                return input.KeepFrom is null && input.Unread.Trim(" \t\r\n"u8).IsEmpty
                    ? null
                    : throw new IOException($"The watch ended inside an event, after {input.Position} bytes.");
            }
        }
    }

    public void Dispose() => input.Dispose();

    private byte[]? Scan()
    {
        var reader = new Utf8JsonReader(input.Unread, isFinalBlock: false, _state);
        byte[]? complete = null;
        while (complete is null && reader.Read())
        {
            if (reader.CurrentDepth == 0)
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject:
                        input.KeepFrom = input.Position + reader.TokenStartIndex;
                        break;
                    case JsonTokenType.EndObject:
                        complete = input.Cut(input.KeepFrom!.Value, input.Position + reader.BytesConsumed);
                        input.KeepFrom = null;
                        break;
                    default:
                        throw input.Wrong("A watch event is not a JSON object");
                }
            }
        }

        _state = reader.CurrentState;
        input.Consume(reader.BytesConsumed);
        return complete;
    }

    private WatchEvent Parse(byte[] bytes)
    {
        var reader = new Utf8JsonReader(bytes);
        var type = "";
        ReadOnlyMemory<byte> content = default;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            var isObject = reader.ValueTextEquals("object"u8);
            reader.Read();
            if (isType)
            {
                type = reader.GetString() ?? "";
            }
            else if (isObject)
            {
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                content = bytes.AsMemory(start, (int)reader.BytesConsumed - start);
            }
            else
            {
                reader.Skip();
            }
        }

        return type switch
        {
            "ADDED" => new WatchEvent(WatchEventType.Added, RawObject.Parse(content)),
            "MODIFIED" => new WatchEvent(WatchEventType.Modified, RawObject.Parse(content)),
            "DELETED" => new WatchEvent(WatchEventType.Deleted, RawObject.Parse(content)),
            "BOOKMARK" => new WatchEvent(WatchEventType.Bookmark, RawObject.Parse(content)),
            "ERROR" => throw new WatchErrorException(content),
            _ => throw input.Wrong($"The watch event has the unknown type \"{type}\""),
        };
    }
}
