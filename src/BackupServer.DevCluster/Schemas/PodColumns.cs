using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas;

/// <summary>The cells of pods: ready containers, the word for the state, restarts.</summary>
internal static class PodColumns
{
    public static string Ready(JsonObject pod)
    {
        var sidecars = Sidecars(pod);
        var ready = Statuses(pod, "containerStatuses").Concat(Statuses(pod, "initContainerStatuses").Where(status => sidecars.Contains(Json.Text(status, "name") ?? "")))
            .Count(status => Json.IsTrue(status, "ready"));
        return $"{ready}/{Json.Items(Json.Get(pod, "spec", "containers")).Count() + sidecars.Count}";
    }

    public static string Restarts(JsonObject pod) =>
        Statuses(pod, "containerStatuses").Sum(status => Json.Integer(status, "restartCount") ?? 0).ToString();

    public static string Status(JsonObject pod)
    {
        var word = Json.Text(pod, "status", "reason") ?? Json.Text(pod, "status", "phase") ?? "";
        word = Initializing(pod) ?? Containers(pod, word);
        return Json.Get(pod, "metadata", "deletionTimestamp") is null ? word
            : Json.Text(pod, "status", "reason") == "NodeLost" ? "Unknown"
            : Json.Text(pod, "status", "phase") is "Succeeded" or "Failed" ? word
            : "Terminating";
    }

    private static HashSet<string> Sidecars(JsonObject pod) => Json.Items(Json.Get(pod, "spec", "initContainers"))
        .Where(container => Json.Text(container, "restartPolicy") == "Always").Select(container => Json.Text(container, "name") ?? "").ToHashSet();

    private static IEnumerable<JsonObject> Statuses(JsonObject pod, string list) => Json.Items(Json.Get(pod, "status", list));

    private static string? Initializing(JsonObject pod)
    {
        var sidecars = Sidecars(pod);
        var at = 0;
        foreach (var status in Statuses(pod, "initContainerStatuses"))
        {
            var done = Json.Integer(status, "state", "terminated", "exitCode") == 0
                || (sidecars.Contains(Json.Text(status, "name") ?? "") && Json.IsTrue(status, "started"));
            if (!done)
            {
                return Json.Get(status, "state", "terminated") is JsonObject terminated ? $"Init:{Ended(terminated)}"
                    : Json.Text(status, "state", "waiting", "reason") is { Length: > 0 } reason and not "PodInitializing" ? $"Init:{reason}"
                    : $"Init:{at}/{Json.Items(Json.Get(pod, "spec", "initContainers")).Count()}";
            }

            at++;
        }

        return null;
    }

    private static string Containers(JsonObject pod, string word)
    {
        var running = false;
        foreach (var status in Statuses(pod, "containerStatuses").Reverse())
        {
            if (Json.Text(status, "state", "waiting", "reason") is { Length: > 0 } reason)
            {
                word = reason;
            }
            else if (Json.Get(status, "state", "terminated") is JsonObject terminated)
            {
                word = Ended(terminated);
            }
            else if (Json.IsTrue(status, "ready") && Json.Get(status, "state", "running") is not null)
            {
                running = true;
            }
        }

        return word == "Completed" && running ? "Running" : word;
    }

    private static string Ended(JsonObject terminated) => Json.Text(terminated, "reason") is { Length: > 0 } reason ? reason
        : Json.Integer(terminated, "signal") is > 0 and var signal ? $"Signal:{signal}"
        : $"ExitCode:{Json.Integer(terminated, "exitCode")}";
}
