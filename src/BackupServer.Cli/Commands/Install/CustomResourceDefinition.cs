using System.Reflection;
using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Cli.Running;
using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Writes;

namespace BackupServer.Cli.Commands.Install;

/// <summary>A definition that is embedded in this program.</summary>
/// <param name="Name">Name of the object.</param>
/// <param name="Yaml">The object as the chart has it.</param>
internal sealed record CustomResourceDefinition(string Name, ReadOnlyMemory<byte> Yaml)
{
    private const string Folder = "crds/";
    private static readonly GroupVersionResource Resource = new("apiextensions.k8s.io", "v1", "customresourcedefinitions");
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyList<CustomResourceDefinition> All()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return [.. assembly.GetManifestResourceNames().Where(static name => name.StartsWith(Folder)).Order(StringComparer.Ordinal).Select(Read)];

        CustomResourceDefinition Read(string resource)
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            var yaml = new byte[stream.Length];
            stream.ReadExactly(yaml);
            // The chart calls the file <group>_<plural>.yaml, and a definition is called <plural>.<group>.
            var words = Path.GetFileNameWithoutExtension(resource).Split('_');
            return new CustomResourceDefinition($"{words[1]}.{words[0]}", yaml);
        }
    }

    /// <summary>Brings the cluster's definition to this one.</summary>
    /// <returns>What became of it: <c>created</c>, <c>updated</c> or <c>unchanged</c>.</returns>
    public async Task<string> ApplyAsync(KubernetesClient client, CancellationToken cancellationToken)
    {
        var before = await client.FindAsync(Resource, null, Name, cancellationToken);
        var options = new WriteOptions { FieldManager = "backupctl", Force = true };
        var after = await client.PatchAsync(Resource, null, Name, Patch.Apply(Yaml), options, cancellationToken);
        return before is null ? "created" : before.Metadata.ResourceVersion == after.Metadata.ResourceVersion ? "unchanged" : "updated";
    }

    /// <summary>Waits until the cluster serves it.</summary>
    public async Task WaitAsync(KubernetesClient client, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        for (var problem = await ProblemAsync(client, cancellationToken); problem is not null; problem = await ProblemAsync(client, cancellationToken))
        {
            if (time.GetElapsedTime(start) > timeout)
            {
                throw new CommandException($"the definition {Name} was not established within {timeout.TotalSeconds:0} s: {problem}. See 'kubectl describe crd {Name}'.");
            }

            await Task.Delay(Interval, time, cancellationToken);
        }
    }

    private async Task<string?> ProblemAsync(KubernetesClient client, CancellationToken cancellationToken)
    {
        var conditions = (await client.GetAsync(Resource, null, Name, cancellationToken)).ToNode()["status"]?["conditions"] as JsonArray ?? [];
        return conditions.Any(static c => Is(c, "Established", "True"))
            ? null
            : (string?)conditions.FirstOrDefault(static c => Is(c, "NamesAccepted", "False"))?["message"] ?? "it has no condition Established yet";
    }

    private static bool Is(JsonNode? condition, string type, string status) => (string?)condition?["type"] == type && (string?)condition["status"] == status;
}
