using System.Text.Json;
using BackupServer.Repository.Documents;
using BackupServer.Repository.Packing;

namespace BackupServer.Repository.Indexing;

/// <summary>
/// Reads an index file piece by piece and hands out one pack after the other. Members it does not know are passed over, as readers of the
/// format must.
/// </summary>
internal sealed class IndexDecoder(Action<ObjectId, IReadOnlyList<PackEntry>> onPack)
{
    private const int PackDepth = 2;
    private const int BlobDepth = 4;

    /// <summary>An entry has 32 random bytes and about 190 of JSON, so that real indexes stay far below this.</summary>
    private const int MaximumRatio = 64;
    private const int MinimumAllowance = 16 << 20;

    private readonly List<PackEntry> _entries = [];
    private IndexMember _member;
    private bool _inPacks;
    private bool _inBlobs;
    private ObjectId _pack;
    private ObjectId _blob;
    private BlobType? _type;
    private uint _offset;
    private uint _length;
    private uint _uncompressedLength;

    /// <exception cref="JsonException">It is no index.</exception>
    /// <exception cref="InvalidDataException">It is compressed and damaged.</exception>
    public void Decode(DocumentReader document)
    {
        var buffer = new byte[64 << 10];
        var held = 0;
        var total = 0L;
        var state = default(JsonReaderState);
        for (var ended = false; !ended;)
        {
            var read = document.Read(buffer.AsSpan(held));
            ended = read == 0;
            total += read;
            if (total > (document.StoredLength * MaximumRatio) + MinimumAllowance)
            {
                throw new JsonException($"its {document.StoredLength} bytes stand for more than {total}, which no list of ids can");
            }

            var reader = new Utf8JsonReader(buffer.AsSpan(0, held + read), ended, state);
            while (reader.Read())
            {
                Take(ref reader);
            }

            state = reader.CurrentState;
            held = held + read - (int)reader.BytesConsumed;
            buffer.AsSpan((int)reader.BytesConsumed, held).CopyTo(buffer);
            if (held == buffer.Length)
            {
                throw new JsonException("a token of more than 64 KiB");
            }
        }
    }

    private void Take(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                _member = MemberOf(ref reader);
                break;
            case JsonTokenType.String or JsonTokenType.Number when _inBlobs && reader.CurrentDepth == BlobDepth + 1:
                TakeBlobMember(ref reader);
                break;
            case JsonTokenType.StartObject when _inBlobs && reader.CurrentDepth == BlobDepth:
                StartBlob();
                break;
            case JsonTokenType.EndObject when _inBlobs && reader.CurrentDepth == BlobDepth:
                EndBlob();
                break;
            case JsonTokenType.StartArray when reader.CurrentDepth == 1:
                _inPacks = _member == IndexMember.Packs;
                break;
            case JsonTokenType.EndArray when reader.CurrentDepth == 1:
                _inPacks = false;
                break;
            case JsonTokenType.StartArray when _inPacks && reader.CurrentDepth == PackDepth + 1:
                _inBlobs = _member == IndexMember.Blobs;
                break;
            case JsonTokenType.EndArray when _inPacks && reader.CurrentDepth == PackDepth + 1:
                _inBlobs = false;
                break;
            case JsonTokenType.StartObject when _inPacks && reader.CurrentDepth == PackDepth:
                StartPack();
                break;
            case JsonTokenType.EndObject when _inPacks && reader.CurrentDepth == PackDepth:
                EndPack();
                break;
            case JsonTokenType.String or JsonTokenType.Number when _inPacks && reader.CurrentDepth == PackDepth + 1 && _member == IndexMember.Id:
                _pack = Id(ref reader);
                break;
            default:
                break;
        }
    }

    /// <summary>Names are compared, not made strings of: there are five for each blob.</summary>
    private static IndexMember MemberOf(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("id"u8) ? IndexMember.Id
        : reader.ValueTextEquals("type"u8) ? IndexMember.Type
        : reader.ValueTextEquals("offset"u8) ? IndexMember.Offset
        : reader.ValueTextEquals("length"u8) ? IndexMember.Length
        : reader.ValueTextEquals("uncompressed_length"u8) ? IndexMember.UncompressedLength
        : reader.ValueTextEquals("blobs"u8) ? IndexMember.Blobs
        : reader.ValueTextEquals("packs"u8) ? IndexMember.Packs
        : IndexMember.Unknown;

    private void TakeBlobMember(ref Utf8JsonReader reader)
    {
        switch (_member)
        {
            case IndexMember.Id:
                _blob = Id(ref reader);
                break;
            case IndexMember.Type:
                _type = reader.ValueTextEquals("data"u8) ? BlobType.Data
                    : reader.ValueTextEquals("tree"u8) ? BlobType.Tree
                    : throw new JsonException("a blob of unknown type");
                break;
            case IndexMember.Offset:
                _offset = Number(ref reader);
                break;
            case IndexMember.Length:
                _length = Number(ref reader);
                break;
            case IndexMember.UncompressedLength:
                _uncompressedLength = Number(ref reader);
                break;
            default:
                break;
        }
    }

    private void StartPack()
    {
        _entries.Clear();
        _pack = default;
    }

    private void EndPack()
    {
        if (_pack.IsZero)
        {
            throw new JsonException("a pack without id");
        }

        onPack(_pack, _entries);
    }

    private void StartBlob() => (_blob, _type, _offset, _length, _uncompressedLength) = (default, null, 0, 0, 0);

    private void EndBlob()
    {
        if (_blob.IsZero || _type is not { } type || _length < Crypto.Sealer.Overhead)
        {
            throw new JsonException("a blob without id, type or a possible length");
        }

        if (_entries.Count == BlobLimits.BlobsPerPack)
        {
            throw new JsonException($"a pack of more than {BlobLimits.BlobsPerPack} blobs");
        }

        if ((long)_offset + _length > uint.MaxValue)
        {
            throw new JsonException("a blob that ends behind the largest possible pack");
        }

        _entries.Add(new PackEntry(new BlobHandle(type, _blob), _offset, _length, _uncompressedLength));
    }

    private static ObjectId Id(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String && ObjectId.TryParse(reader.ValueSpan, out var id)
            ? id
            : throw new JsonException("an id of 64 hex digits is expected");

    private static uint Number(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetUInt32(out var number)
            ? number
            : throw new JsonException("a number below 2^32 is expected");
}
