using YamlDotNet.RepresentationModel;

namespace BackupServer.Kubernetes.Configuration;

/// <summary>One mapping of a kubeconfig file, read by field, with errors that name the place.</summary>
internal sealed class KubeconfigNode(YamlMappingNode node, string file, string place)
{
    public string File { get; } = file;

    public string Place { get; } = place;

    public string Text(string field) => Optional(field) ?? "";

    public string? Optional(string field) => Child(field) switch
    {
        null => null,
        YamlScalarNode { Value: null or "" or "~" or "null" } => null,
        YamlScalarNode scalar => scalar.Value,
        _ => throw Wrong(field, "must be a string"),
    };

    public bool Flag(string field) => Optional(field) switch
    {
        null or "false" => false,
        "true" => true,
        var other => throw Wrong(field, $"must be true or false, not \"{other}\""),
    };

    public KubeconfigNode? Mapping(string field) => Child(field) switch
    {
        null or YamlScalarNode { Value: null or "" or "~" or "null" } => null,
        YamlMappingNode mapping => new KubeconfigNode(mapping, File, $"{Place}.{field}"),
        _ => throw Wrong(field, "must be a mapping"),
    };

    public IReadOnlyList<KubeconfigNode> Mappings(string field) =>
        [.. Items(field).Select((item, index) => item is YamlMappingNode mapping
            ? new KubeconfigNode(mapping, File, $"{Place}.{field}[{index}]")
            : throw Wrong($"{field}[{index}]", "must be a mapping"))];

    public IReadOnlyList<string> Texts(string field) =>
        [.. Items(field).Select((item, index) => item is YamlScalarNode { Value: { } text }
            ? text
            : throw Wrong($"{field}[{index}]", "must be a string"))];

    public IReadOnlyDictionary<string, IReadOnlyList<string>> TextLists(string field)
    {
        var mapping = Mapping(field);
        return mapping is null
            ? new Dictionary<string, IReadOnlyList<string>>()
            : mapping.Fields().ToDictionary(name => name, mapping.Texts);
    }

    public KubeconfigException Wrong(string field, string problem, Exception? inner = null) =>
        new($"{File}: {Place}.{field} {problem}.", inner);

    /// <summary>Same mapping under a better name, for example with the entry's own name instead of its index.</summary>
    public KubeconfigNode Named(string name) => new(node, File, name);

    private IEnumerable<string> Fields() => node.Children.Keys.OfType<YamlScalarNode>().Select(key => key.Value ?? "");

    private IEnumerable<YamlNode> Items(string field) => Child(field) switch
    {
        null or YamlScalarNode { Value: null or "" or "~" or "null" } => [],
        YamlSequenceNode sequence => sequence.Children,
        _ => throw Wrong(field, "must be a list"),
    };

    private YamlNode? Child(string field) => node.Children.TryGetValue(new YamlScalarNode(field), out var child) ? child : null;
}
