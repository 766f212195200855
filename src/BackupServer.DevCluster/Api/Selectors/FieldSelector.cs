using System.Text.Json.Nodes;
using BackupServer.DevCluster.Registry;
using BackupServer.DevCluster.Schemas;
using BackupServer.DevCluster.Storage;

namespace BackupServer.DevCluster.Api.Selectors;

/// <summary>A parsed field selector. Names and namespaces are compared without parsing the object; other fields read its tree.</summary>
internal sealed class FieldSelector
{
    private readonly List<(string Value, bool Equal)> _names = [];
    private readonly List<(string Value, bool Equal)> _namespaces = [];
    private readonly List<(Func<JsonObject, string> Field, string Value, bool Equal)> _fields = [];
    private readonly ResourceDefinition _resource;

    private FieldSelector(ResourceDefinition resource) => _resource = resource;

    /// <summary>Whether it matches everything.</summary>
    public bool IsEmpty => _names.Count == 0 && _namespaces.Count == 0 && _fields.Count == 0;

    /// <summary>The one name asked for, or null: then a list need not look at other objects.</summary>
    public string? ExactName => _names.FirstOrDefault(n => n.Equal).Value;

    /// <summary>Whether an object matches.</summary>
    public bool Matches(StoredObject obj)
    {
        if (!_names.TrueForAll(n => obj.Name == n.Value == n.Equal) || !_namespaces.TrueForAll(n => obj.Namespace == n.Value == n.Equal))
        {
            return false;
        }

        if (_fields.Count == 0)
        {
            return true;
        }

        var tree = obj.ToJson();
        return _fields.TrueForAll(f => f.Field(tree) == f.Value == f.Equal);
    }

    /// <summary>Parses a <c>fieldSelector</c> parameter; 400 with the API server's words.</summary>
    public static FieldSelector Parse(string? text, ResourceDefinition resource, IKindBehaviour behaviour)
    {
        var selector = new FieldSelector(resource);
        foreach (var term in Split(text ?? ""))
        {
            var (field, value, equal) = ParseTerm(term);
            selector.Add(field, value, equal, behaviour);
        }

        return selector;
    }

    private void Add(string field, string value, bool equal, IKindBehaviour behaviour)
    {
        if (field == "metadata.name")
        {
            _names.Add((value, equal));
        }
        else if (field == "metadata.namespace" && (_resource.Namespaced || !_resource.IsCustom))
        {
            _namespaces.Add((value, equal));
        }
        else if (behaviour.SelectableFields.TryGetValue(VersionConversion.StoredField(_resource, field), out var read))
        {
            _fields.Add((read, value, equal));
        }
        else if (_resource.Custom?.SelectableFields.Contains("." + field) == true)
        {
            var path = field.Split('.');
            _fields.Add((o => path.Aggregate<string, JsonNode?>(o, (n, p) => n?[p])?.ToString() ?? "", value, equal));
        }
        else
        {
            throw ApiErrors.BadRequest(behaviour.SelectableFields.Count > 0
                ? $"field label not supported: {field}"
                : $"\"{field}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"");
        }
    }

    private static (string Field, string Value, bool Equal) ParseTerm(string term)
    {
        for (var i = 0; i < term.Length; i++)
        {
            foreach (var (symbol, equal) in new[] { ("!=", false), ("==", true), ("=", true) })
            {
                if (string.CompareOrdinal(term, i, symbol, 0, symbol.Length) == 0)
                {
                    return (term[..i], Unescape(term[(i + symbol.Length)..]), equal);
                }
            }
        }

        throw ApiErrors.BadRequest($"invalid selector: '{term}'; can't understand '{term}'");
    }

    private static IEnumerable<string> Split(string text)
    {
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] == '\\')
            {
                i++;
            }
            else if (i == text.Length || text[i] == ',')
            {
                if (i > start)
                {
                    yield return text[start..i];
                }

                start = i + 1;
            }
        }
    }

    private static string Unescape(string value) => value.Replace("\\,", ",").Replace("\\=", "=").Replace("\\\\", "\\");
}
