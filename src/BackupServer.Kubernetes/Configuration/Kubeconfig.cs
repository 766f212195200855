using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace BackupServer.Kubernetes.Configuration;

/// <summary>
/// One or several kubeconfig files, merged as kubectl merges them: of two entries with one name the first file's counts,
/// and the first non-empty <c>current-context</c>.
/// </summary>
public sealed class Kubeconfig
{
    private readonly Dictionary<string, KubeconfigNode> _clusters = [];
    private readonly Dictionary<string, KubeconfigNode> _users = [];
    private readonly Dictionary<string, KubeconfigNode> _contexts = [];

    private Kubeconfig(IReadOnlyList<string> files) => Files = files;

    /// <summary>The files that were read, in order.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>Name of the context used when none is asked for; empty when no file names one.</summary>
    public string CurrentContext { get; private set; } = "";

    /// <summary>Names of all contexts, sorted.</summary>
    public IReadOnlyList<string> ContextNames => [.. _contexts.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The files that <c>$KUBECONFIG</c> lists, or <c>~/.kube/config</c> when it is unset.</summary>
    public static IReadOnlyList<string> DefaultPaths()
    {
        var list = Environment.GetEnvironmentVariable("KUBECONFIG");
        return string.IsNullOrEmpty(list)
            ? [Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".kube", "config")]
            : list.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    /// <summary>Reads and merges files. A missing file is passed over when there are others, as kubectl does.</summary>
    /// <exception cref="KubeconfigException">No file is there, or one cannot be read.</exception>
    public static Kubeconfig Load(IReadOnlyList<string> paths)
    {
        var present = paths.Where(File.Exists).Select(Path.GetFullPath).ToList();
        if (present.Count == 0)
        {
            throw new KubeconfigException(
                $"There is no kubeconfig file: looked for {string.Join(", ", paths)}. Name one with --kubeconfig or in $KUBECONFIG.");
        }

        var config = new Kubeconfig(present);
        foreach (var file in present)
        {
            config.Merge(file);
        }

        return config;
    }

    internal KubeconfigNode Context(string? name)
    {
        name = string.IsNullOrEmpty(name) ? CurrentContext : name;
        if (name.Length == 0)
        {
            throw new KubeconfigException($"{FileList()}: current-context is not set. Name a context; there are: {Names(_contexts)}.");
        }

        return _contexts.TryGetValue(name, out var context)
            ? context
            : throw new KubeconfigException($"{FileList()}: there is no context \"{name}\". There are: {Names(_contexts)}.");
    }

    internal KubeconfigNode Cluster(KubeconfigNode context) => Referenced(context, "cluster", _clusters)
        ?? throw context.Wrong("cluster", "is not set, so there is no server to talk to");

    internal KubeconfigNode? User(KubeconfigNode context) => Referenced(context, "user", _users);

    private static KubeconfigNode? Referenced(KubeconfigNode context, string field, Dictionary<string, KubeconfigNode> entries)
    {
        var name = context.Optional(field);
        if (name is null)
        {
            return null;
        }

        return entries.TryGetValue(name, out var entry)
            ? entry
            : throw context.Wrong(field, $"names \"{name}\", and there is no such {field}. There are: {Names(entries)}");
    }

    private static string Names(Dictionary<string, KubeconfigNode> entries) =>
        entries.Count == 0 ? "none" : string.Join(", ", entries.Keys.Order(StringComparer.Ordinal));

    private string FileList() => string.Join(", ", Files);

    private void Merge(string file)
    {
        var root = Parse(file);
        if (root is null)
        {
            return;
        }

        if (CurrentContext.Length == 0)
        {
            CurrentContext = root.Text("current-context");
        }

        Add(_clusters, root, "clusters", "cluster");
        Add(_users, root, "users", "user");
        Add(_contexts, root, "contexts", "context");
    }

    private static void Add(Dictionary<string, KubeconfigNode> entries, KubeconfigNode root, string list, string field)
    {
        foreach (var entry in root.Mappings(list))
        {
            var name = entry.Optional("name") ?? throw entry.Wrong("name", "is missing");
            if (entry.Mapping(field) is { } body)
            {
                entries.TryAdd(name, body.Named($"{field} \"{name}\""));
            }
        }
    }

    private static KubeconfigNode? Parse(string file)
    {
        try
        {
            using var text = new StreamReader(file);
            var yaml = new YamlStream();
            yaml.Load(text);
            return yaml.Documents.Count == 0 ? null : yaml.Documents[0].RootNode switch
            {
                YamlMappingNode mapping => new KubeconfigNode(mapping, file, "kubeconfig"),
                YamlScalarNode { Value: null or "" } => null,
                _ => throw new KubeconfigException($"{file} is not a kubeconfig: the document must be a mapping with clusters, users and contexts."),
            };
        }
        catch (YamlException e)
        {
            throw new KubeconfigException($"{file} is not valid YAML: line {e.Start.Line}, column {e.Start.Column}: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KubeconfigException($"{file} cannot be read: {e.Message}", e);
        }
    }
}
