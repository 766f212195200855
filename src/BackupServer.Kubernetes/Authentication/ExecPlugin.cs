using System.Text.Json.Nodes;
using BackupServer.Kubernetes.Configuration;

namespace BackupServer.Kubernetes.Authentication;

/// <summary>A credential plugin as a kubeconfig describes it (client.authentication.k8s.io/v1 and v1beta1).</summary>
internal sealed record ExecPlugin
{
    public required string ApiVersion { get; init; }

    /// <summary>Absolute path, or a bare name that is looked up in PATH.</summary>
    public required string Command { get; init; }

    public IReadOnlyList<string> Arguments { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    public string InstallHint { get; init; } = "";

    public required ExecInteractiveMode InteractiveMode { get; init; }

    /// <summary>Handed to the plugin when it asked for it; else null.</summary>
    public JsonObject? ClusterInfo { get; init; }

    public static ExecPlugin Read(KubeconfigNode exec, JsonObject? clusterInfo)
    {
        var apiVersion = exec.Optional("apiVersion") ?? throw exec.Wrong("apiVersion", "is missing");
        if (apiVersion is not ("client.authentication.k8s.io/v1" or "client.authentication.k8s.io/v1beta1"))
        {
            throw exec.Wrong("apiVersion", $"must be client.authentication.k8s.io/v1 or v1beta1, not \"{apiVersion}\"; update the plugin");
        }

        var command = exec.Optional("command") ?? throw exec.Wrong("command", "is missing");
        return new ExecPlugin
        {
            ApiVersion = apiVersion,
            Command = command.Contains('/', StringComparison.Ordinal) ? PemFiles.Resolve(exec, command) : command,
            Arguments = exec.Texts("args"),
            Environment = [.. exec.Mappings("env").Select(entry => KeyValuePair.Create(entry.Text("name"), entry.Text("value")))],
            InstallHint = exec.Text("installHint"),
            InteractiveMode = Mode(exec, apiVersion),
            ClusterInfo = clusterInfo,
        };
    }

    private static ExecInteractiveMode Mode(KubeconfigNode exec, string apiVersion) => exec.Optional("interactiveMode") switch
    {
        "Never" => ExecInteractiveMode.Never,
        "IfAvailable" => ExecInteractiveMode.IfAvailable,
        "Always" => ExecInteractiveMode.Always,
        null when apiVersion.EndsWith("/v1beta1", StringComparison.Ordinal) => ExecInteractiveMode.IfAvailable,
        null => throw exec.Wrong("interactiveMode", $"must be set with {apiVersion}: Never, IfAvailable or Always"),
        var other => throw exec.Wrong("interactiveMode", $"must be Never, IfAvailable or Always, not \"{other}\""),
    };
}
