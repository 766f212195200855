using System.Text.Json;

namespace BackupServer.Repository.Nodes;

/// <summary>
/// Reads a tree node by node, so that of a directory with a million files only one node is an object at a time.
/// Accepts every form restic accepts: any member order, white space, unknown members, unsorted nodes.
/// Names are returned as stored; whether one may be used as a file name is the caller's question (<see cref="RawName.IsEntryName"/>).
/// </summary>
public sealed class TreeReader
{
    private readonly ReadOnlyMemory<byte> _tree;
    private JsonReaderState _state;
    private int _position;
    private bool _inNodes;
    private bool _ended;

    /// <summary>Reads the decrypted and decompressed bytes of a tree blob.</summary>
    public TreeReader(ReadOnlyMemory<byte> tree) => _tree = tree;

    /// <summary>The bytes of the whole tree.</summary>
    internal ReadOnlyMemory<byte> Bytes => _tree;

    /// <summary>The next node, or null at the end.</summary>
    /// <exception cref="TreeFormatException">The bytes are not a tree.</exception>
    public Node? Read()
    {
        if (_ended)
        {
            return null;
        }

        Utf8JsonReader json = new(_tree.Span[_position..], isFinalBlock: true, _state);
        try
        {
            if (!_inNodes)
            {
                _inNodes = true;
                if (!FindNodes(ref json))
                {
                    _ended = true;
                    return null;
                }
            }

            json.Read();
            if (json.TokenType == JsonTokenType.EndArray)
            {
                ReadToEnd(ref json);
                _ended = true;
                return null;
            }

            Node node = NodeParser.Parse(ref json, _tree.Slice(_position));
            _position += (int)json.BytesConsumed;
            _state = json.CurrentState;
            return node;
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException)
        {
            _ended = true;
            throw new TreeFormatException($"The tree is malformed near byte {_position + json.BytesConsumed}: {error.Message}", error);
        }
    }

    /// <summary>All nodes of a tree.</summary>
    /// <exception cref="TreeFormatException">The bytes are not a tree; nodes before the fault were returned.</exception>
    public static IEnumerable<Node> ReadAll(ReadOnlyMemory<byte> tree)
    {
        TreeReader reader = new(tree);
        while (reader.Read() is { } node)
        {
            yield return node;
        }
    }

    // Moves behind the opening bracket of "nodes"; false when there is none, which is an empty tree as for restic.
    private static bool FindNodes(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            throw new FormatException("a tree is a JSON object");
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            bool nodes = json.ValueTextEquals("nodes"u8);
            json.Read();
            if (nodes && json.TokenType == JsonTokenType.StartArray)
            {
                return true;
            }

            if (nodes && json.TokenType != JsonTokenType.Null)
            {
                throw new FormatException("'nodes' is not an array");
            }

            json.Skip();
        }

        return false;
    }

    private static void ReadToEnd(ref Utf8JsonReader json)
    {
        while (json.Read())
        {
            json.Skip();
        }
    }
}
