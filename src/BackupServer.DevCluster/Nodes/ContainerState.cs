using System.Text.Json.Nodes;
using BackupServer.DevCluster.Controllers;

namespace BackupServer.DevCluster.Nodes;

/// <summary>What a node knows of a container: how often it ran, how it ended, whether it is ready. Used by the Pod's worker alone.</summary>
internal sealed class ContainerState(JsonObject spec, ContainerRole role)
{
    public JsonObject Spec { get; set; } = spec;

    public ContainerRole Role => role;

    public string Name => Spec.Text("name") ?? string.Empty;

    public ContainerRun? Run { get; set; }

    public ProbeLoop? Probes { get; set; }

    public int Restarts { get; set; }

    /// <summary>How many runs were begun; numbers the logs.</summary>
    public int Begun { get; set; }

    /// <summary>The <c>terminated</c> state of the last run, once it has ended.</summary>
    public JsonObject? Terminated { get; set; }

    /// <summary>The one before, shown as lastState.</summary>
    public JsonObject? LastTerminated { get; set; }

    /// <summary>Why it does not run: reason and message of the <c>waiting</c> state.</summary>
    public (string Reason, string? Message)? Waiting { get; set; } = ("PodInitializing", null);

    /// <summary>Not started again before this.</summary>
    public DateTimeOffset? NotBefore { get; set; }

    public TimeSpan Backoff { get; set; }

    /// <summary>Ended with this exit code; null while it has not ended.</summary>
    public int? ExitCode => Terminated.Number("exitCode") is { } code ? (int)code : null;

    public bool IsRunning => Run is not null;

    public bool IsStarted => IsRunning && (Probes?.IsStarted ?? true);

    public bool IsReady => IsRunning ? IsStarted && (Probes?.IsReady ?? true) : role is ContainerRole.Init && ExitCode == 0;

    /// <summary>The entry of containerStatuses.</summary>
    public JsonObject ToStatus(JsonArray? mounts)
    {
        var image = Spec.Text("image") ?? string.Empty;
        var status = new JsonObject
        {
            ["name"] = Name,
            ["state"] = State(),
            ["lastState"] = LastTerminated is null ? new JsonObject() : new JsonObject { ["terminated"] = LastTerminated.DeepClone() },
            ["ready"] = role is not ContainerRole.Ephemeral && IsReady,
            ["restartCount"] = Restarts,
            ["image"] = image,
            ["imageID"] = IsRunning || Terminated is not null ? Images.IdOf(image) : string.Empty,
        };
        if ((Run?.Id ?? Terminated.Text("containerID")) is { } id) status["containerID"] = id;
        status["started"] = IsStarted;
        if (mounts is { Count: > 0 }) status["volumeMounts"] = mounts;
        return status;
    }

    private JsonObject State()
    {
        if (Run is { } run) return new JsonObject { ["running"] = new JsonObject { ["startedAt"] = run.StartedAt.Stamp() } };
        if (Waiting is { } waiting)
        {
            var fields = new JsonObject { ["reason"] = waiting.Reason };
            if (waiting.Message is not null) fields["message"] = waiting.Message;
            return new JsonObject { ["waiting"] = fields };
        }

        return new JsonObject { ["terminated"] = Terminated?.DeepClone() };
    }
}
