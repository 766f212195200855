using System.Text.Json;

namespace BackupServer.Kubernetes.Lists;

/// <summary>The members of a list beside its items, picked out token by token.</summary>
internal sealed class ListHeader
{
    private string _member = "";
    private string _metadataMember = "";

    /// <summary>Kind of the items, from the list's kind; empty when the list's kind does not end in <c>List</c>.</summary>
    public string ItemKind { get; private set; } = "";

    public string ResourceVersion { get; private set; } = "";

    public string Continue { get; private set; } = "";

    public long? Remaining { get; private set; }

    /// <summary>Takes a token outside of the items; true when it opens the array of items.</summary>
    public bool Accept(ref Utf8JsonReader reader)
    {
        if (reader.CurrentDepth == 1)
        {
            return AcceptMember(ref reader);
        }

        if (reader.CurrentDepth == 2 && _member == "metadata")
        {
            AcceptMetadata(ref reader);
        }

        return false;
    }

    private bool AcceptMember(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.PropertyName)
        {
            _member = reader.GetString()!;
        }
        else if (reader.TokenType == JsonTokenType.String && _member == "kind")
        {
            var kind = reader.GetString()!;
            ItemKind = kind.EndsWith("List", StringComparison.Ordinal) ? kind[..^4] : "";
        }

        return reader.TokenType == JsonTokenType.StartArray && _member == "items";
    }

    private void AcceptMetadata(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                _metadataMember = reader.GetString()!;
                break;
            case JsonTokenType.String when _metadataMember == "resourceVersion":
                ResourceVersion = reader.GetString()!;
                break;
            case JsonTokenType.String when _metadataMember == "continue":
                Continue = reader.GetString()!;
                break;
            case JsonTokenType.Number when _metadataMember == "remainingItemCount":
                Remaining = reader.TryGetInt64(out var count) ? count : null;
                break;
            default:
                break;
        }
    }
}
