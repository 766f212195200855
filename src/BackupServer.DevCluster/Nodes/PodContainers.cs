using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Controllers;

namespace BackupServer.DevCluster.Nodes;

/// <summary>Which container of a Pod a request means. Pure.</summary>
internal static class PodContainers
{
    private const string DefaultContainer = "kubectl.kubernetes.io/default-container";

    /// <summary>The named container, or the only one; refusals are worded as the API server does.</summary>
    public static string Choose(JsonObject pod, string? wanted)
    {
        var main = Names(pod, "containers");
        var init = Names(pod, "initContainers");
        var ephemeral = Names(pod, "ephemeralContainers");
        if (wanted is { Length: > 0 })
        {
            return main.Concat(init).Concat(ephemeral).Contains(wanted)
                ? wanted
                : throw ApiErrors.BadRequest($"container {wanted} is not valid for pod {pod.Name()}");
        }

        if (pod.Annotation(DefaultContainer) is { } standard && main.Contains(standard)) return standard;
        if (main.Count == 1 && init.Count == 0 && ephemeral.Count == 0) return main[0];
        var text = $"a container name must be specified for pod {pod.Name()}, choose one of: [{string.Join(' ', main)}]";
        if (init.Count > 0) text += $" or one of the init containers: [{string.Join(' ', init)}]";
        if (ephemeral.Count > 0) text += $" or one of the ephemeral containers: [{string.Join(' ', ephemeral)}]";
        throw ApiErrors.BadRequest(text);
    }

    private static List<string> Names(JsonObject pod, string field) =>
        [.. pod.Items("spec", field).Select(container => container.Text("name") ?? string.Empty)];
}
