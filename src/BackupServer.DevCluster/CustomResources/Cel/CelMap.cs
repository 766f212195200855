using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.CustomResources.Cel;

/// <summary>An object or map as an expression sees it. Keys of declared objects are as CEL escapes them.</summary>
internal sealed class CelMap
{
    private readonly Dictionary<object, object?> _entries;
    private readonly JsonObject? _source;
    private readonly StructuralSchema? _schema;

    public CelMap(Dictionary<object, object?> entries) => _entries = entries;

    /// <summary>A JSON object; values are converted when they are asked for.</summary>
    public CelMap(JsonObject source, StructuralSchema? schema)
    {
        _source = source;
        _schema = schema;
        _entries = [];
    }

    public int Count => _source?.Count ?? _entries.Count;

    public IEnumerable<object> Keys => _source is null ? _entries.Keys : _source.Select(member => (object)Escaped(member.Key));

    public bool TryGet(object key, out object? value)
    {
        if (_entries.TryGetValue(key, out value))
        {
            return true;
        }

        if (_source is null || key is not string name)
        {
            return false;
        }

        var raw = _schema is { IsDeclaredObject: true } ? CelNames.Unescape(name) : name;
        if (!_source.TryGetPropertyValue(raw, out var node))
        {
            return false;
        }

        _entries[key] = value = CelValues.From(node, _schema?.Child(raw));
        return true;
    }

    private string Escaped(string name) => _schema is { IsDeclaredObject: true } ? CelNames.Escape(name) : name;
}
