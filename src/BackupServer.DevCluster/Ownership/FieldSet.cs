using System.Text.Json;
using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Ownership;

/// <summary>
/// A set of fields of an object, as metadata.managedFields keeps it (FieldsV1): a tree of path elements (<c>f:name</c>, <c>k:{…}</c>,
/// <c>v:value</c>); a node is a member itself (shown as <c>.</c> where it has children) or only leads to members.
/// </summary>
internal sealed class FieldSet
{
    private readonly SortedDictionary<string, FieldSet> _children = new(StringComparer.Ordinal);

    /// <summary>Whether the node itself is in the set.</summary>
    public bool IsMember { get; set; }

    /// <summary>Children by path element.</summary>
    public IReadOnlyDictionary<string, FieldSet> Children => _children;

    /// <summary>Whether nothing is in the set.</summary>
    public bool IsEmpty => !IsMember && _children.Count == 0;

    /// <summary>The child of that element, added when missing.</summary>
    public FieldSet Child(string element)
    {
        if (!_children.TryGetValue(element, out var child))
        {
            child = new FieldSet();
            _children.Add(element, child);
        }

        return child;
    }

    /// <summary>Puts a child in place; an empty one is left out.</summary>
    public void Set(string element, FieldSet child)
    {
        if (child.IsEmpty)
        {
            _children.Remove(element);
        }
        else
        {
            _children[element] = child;
        }
    }

    /// <summary>Removes a child.</summary>
    public void Remove(string element) => _children.Remove(element);

    /// <summary>Members of either.</summary>
    public FieldSet Union(FieldSet other)
    {
        var result = new FieldSet { IsMember = IsMember || other.IsMember };
        foreach (var (element, child) in _children)
        {
            result.Set(element, other._children.TryGetValue(element, out var theirs) ? child.Union(theirs) : child);
        }

        foreach (var (element, child) in other._children.Where(c => !_children.ContainsKey(c.Key)))
        {
            result.Set(element, child);
        }

        return result;
    }

    /// <summary>Members of both.</summary>
    public FieldSet Intersect(FieldSet other)
    {
        var result = new FieldSet { IsMember = IsMember && other.IsMember };
        foreach (var (element, child) in _children)
        {
            if (other._children.TryGetValue(element, out var theirs))
            {
                result.Set(element, child.Intersect(theirs));
            }
        }

        return result;
    }

    /// <summary>Members of this and not of the other.</summary>
    public FieldSet Except(FieldSet other)
    {
        var result = new FieldSet { IsMember = IsMember && !other.IsMember };
        foreach (var (element, child) in _children)
        {
            result.Set(element, other._children.TryGetValue(element, out var theirs) ? child.Except(theirs) : child);
        }

        return result;
    }

    /// <summary>Members of this that are neither in the other nor below one of its members.</summary>
    public FieldSet ExceptBelow(FieldSet other)
    {
        if (other.IsMember)
        {
            return new FieldSet();
        }

        var result = new FieldSet { IsMember = IsMember };
        foreach (var (element, child) in _children)
        {
            result.Set(element, other._children.TryGetValue(element, out var theirs) ? child.ExceptBelow(theirs) : child);
        }

        return result;
    }

    /// <summary>Whether both have the same members.</summary>
    public bool SetEquals(FieldSet other) =>
        IsMember == other.IsMember && _children.Count == other._children.Count
        && _children.All(c => other._children.TryGetValue(c.Key, out var theirs) && c.Value.SetEquals(theirs));

    /// <summary>Paths of all members, as conflict messages spell them.</summary>
    public IEnumerable<string> Paths(string prefix = "")
    {
        if (IsMember && prefix.Length > 0)
        {
            yield return prefix;
        }

        foreach (var path in _children.SelectMany(c => c.Value.Paths(prefix + Spell(c.Key))))
        {
            yield return path;
        }
    }

    /// <summary>FieldsV1.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject();
        if (IsMember && _children.Count > 0)
        {
            json["."] = new JsonObject();
        }

        foreach (var (element, child) in _children)
        {
            json[element] = child.ToJson();
        }

        return json;
    }

    /// <summary>Reads FieldsV1.</summary>
    public static FieldSet FromJson(JsonObject json, bool root = true)
    {
        var set = new FieldSet { IsMember = !root && (json.Count == 0 || json.ContainsKey(".")) };
        foreach (var (element, child) in json)
        {
            if (element != "." && child is JsonObject below)
            {
                set._children[element] = FromJson(below, root: false);
            }
        }

        return set;
    }

    private static string Spell(string element) => element[0] switch
    {
        'f' => "." + element[2..],
        'v' => $"[={element[2..]}]",
        'k' => $"[{string.Join(',', JsonNode.Parse(element[2..])!.AsObject().Select(k => $"{k.Key}={k.Value?.ToJsonString(Relaxed)}"))}]",
        _ => $"[{element[2..]}]",
    };

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
