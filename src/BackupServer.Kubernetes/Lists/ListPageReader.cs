using System.Text;
using System.Text.Json;
using BackupServer.Abstractions.Objects;

namespace BackupServer.Kubernetes.Lists;

/// <summary>
/// Cuts the items out of one list answer while it arrives, byte for byte as the server wrote them. Typed lists leave <c>apiVersion</c> and
/// <c>kind</c> out of their items; these two are put in front then, taken from the list (<c>PodList</c> holds <c>Pod</c>).
/// Memory: the largest item, not the page.
/// </summary>
internal sealed class ListPageReader(JsonInput input, string apiVersion) : IDisposable
{
    /// <summary>Items that wait for the list's kind, in case a server writes it behind them.</summary>
    private readonly Queue<Item> _waiting = [];
    private readonly ListHeader _header = new();
    private JsonReaderState _state;
    private Section _section;
    private bool _hasApiVersion;
    private bool _hasKind;

    /// <summary>Where in the document the parser is.</summary>
    private enum Section
    {
        Start,
        Header,
        Items,
        End,
    }

    /// <summary><c>metadata.resourceVersion</c> of the list; empty until it was seen.</summary>
    public string ResourceVersion => _header.ResourceVersion;

    /// <summary><c>metadata.continue</c>; empty on the last page. Known for certain at the end.</summary>
    public string Continue => _header.Continue;

    /// <summary><c>metadata.remainingItemCount</c>; null where the server does not say.</summary>
    public long? Remaining => _header.Remaining;

    /// <summary>The next item; null when the answer was read to its end.</summary>
    /// <exception cref="JsonException">The answer is not a list in JSON.</exception>
    /// <exception cref="IOException">The answer ended in the middle.</exception>
    public async ValueTask<RawObject?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_waiting.Count > 0 && (_header.ItemKind.Length > 0 || _section == Section.End))
            {
                return Complete(_waiting.Dequeue());
            }

            if (_section == Section.End)
            {
                return null;
            }

            if (Scan() is { } item)
            {
                _waiting.Enqueue(item);
                if (item.HasKind && _waiting.Count == 1)
                {
                    return Complete(_waiting.Dequeue());
                }
            }
            else if (_section != Section.End && !await input.FillAsync(cancellationToken))
            {
                throw new IOException($"The list ended in the middle, after {input.Position} bytes.");
            }
        }
    }

    public void Dispose() => input.Dispose();

    /// <summary>Parses what is buffered up to the end of the next item; null when there is none in it.</summary>
    private Item? Scan()
    {
        var reader = new Utf8JsonReader(input.Unread, isFinalBlock: false, _state);
        Item? item = null;
        while (item is null && _section != Section.End && reader.Read())
        {
            switch (_section)
            {
                case Section.Start:
                    _section = reader.TokenType == JsonTokenType.StartObject ? Section.Header : throw input.Wrong("The answer is not a JSON object");
                    break;
                case Section.Header:
                    _section = AcceptHeader(ref reader);
                    break;
                default:
                    item = AcceptItems(ref reader);
                    break;
            }
        }

        _state = reader.CurrentState;
        input.Consume(reader.BytesConsumed);
        return item;
    }

    private Section AcceptHeader(ref Utf8JsonReader reader)
    {
        if (reader is { CurrentDepth: 0, TokenType: JsonTokenType.EndObject })
        {
            return Section.End;
        }

        return _header.Accept(ref reader) ? Section.Items : Section.Header;
    }

    private Item? AcceptItems(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.EndArray when reader.CurrentDepth == 1:
                _section = Section.Header;
                break;
            case JsonTokenType.StartObject when reader.CurrentDepth == 2:
                input.KeepFrom = input.Position + reader.TokenStartIndex;
                _hasApiVersion = _hasKind = false;
                break;
            case JsonTokenType.PropertyName when reader.CurrentDepth == 3:
                _hasKind |= reader.ValueTextEquals("kind"u8);
                _hasApiVersion |= reader.ValueTextEquals("apiVersion"u8);
                break;
            case JsonTokenType.EndObject when reader.CurrentDepth == 2:
                var bytes = input.Cut(input.KeepFrom!.Value, input.Position + reader.BytesConsumed);
                input.KeepFrom = null;
                return new Item(bytes, _hasApiVersion, _hasKind);
            default:
                return reader.CurrentDepth == 2 ? throw input.Wrong("An item of the list is not a JSON object") : null;
        }

        return null;
    }

    private RawObject Complete(Item item)
    {
        var missing = new StringBuilder();
        if (!item.HasApiVersion)
        {
            missing.Append("\"apiVersion\":").Append(JsonSerializer.Serialize(apiVersion)).Append(',');
        }

        if (!item.HasKind && _header.ItemKind.Length > 0)
        {
            missing.Append("\"kind\":").Append(JsonSerializer.Serialize(_header.ItemKind)).Append(',');
        }

        if (missing.Length == 0)
        {
            return RawObject.Parse(item.Bytes);
        }

        var rest = item.Bytes.AsSpan(1);
        if (rest.TrimStart(" \t\r\n"u8) is [(byte)'}', ..])
        {
            // An object without members has nothing for the comma to separate from.
            missing.Length--;
        }

        return RawObject.Parse((byte[])[(byte)'{', .. Encoding.UTF8.GetBytes(missing.ToString()), .. rest]);
    }

    private readonly record struct Item(byte[] Bytes, bool HasApiVersion, bool HasKind);
}
