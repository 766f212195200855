using System.Text;
using BackupServer.Abstractions.Objects;
using BackupServer.Kubernetes.Errors;
using BackupServer.Kubernetes.Exec;
using BackupServer.Kubernetes.Transport;

namespace BackupServer.Kubernetes;

/// <summary>Commands in pods, and their logs.</summary>
public sealed partial class KubernetesClient
{
    private static readonly GroupVersionResource Pods = new("", "v1", "pods");

    /// <summary>Runs a command in a container and waits for its end. A command that fails is a result, not an error.</summary>
    /// <exception cref="TimeoutException">It did not end in time. It may still be running: closing the connection does not kill it.</exception>
    /// <exception cref="KubernetesException">It could not be started, or the connection broke.</exception>
    public async Task<ExecResult> ExecAsync(ExecOptions options, CancellationToken cancellationToken = default)
    {
        using var deadline = options.Timeout is { } timeout ? new CancellationTokenSource(timeout, _transport.Time) : new CancellationTokenSource();
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var socket = await _transport.OpenWebSocketAsync(ExecRequest(options), [ExecSession.V5, ExecSession.V4], linked.Token);
            return await new ExecSession(socket, options).RunAsync(linked.Token);
        }
        catch (OperationCanceledException e) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"{options.Command[0]} in pod {options.Namespace}/{options.Pod} did not end within {options.Timeout!.Value.TotalSeconds:0.#} s. It may still be running.",
                e);
        }
    }

    /// <summary>The same with the output as text; of each stream the first <paramref name="maxOutput"/> bytes are kept.</summary>
    public async Task<(ExecResult Result, string Stdout, string Stderr)> ExecCaptureAsync(
        ExecOptions options, int maxOutput = 64 * 1024, CancellationToken cancellationToken = default)
    {
        await using var stdout = new BoundedStream(maxOutput);
        await using var stderr = new BoundedStream(maxOutput);
        var result = await ExecAsync(options with { Stdout = stdout, Stderr = stderr }, cancellationToken);
        return (result, Encoding.UTF8.GetString(stdout.Kept), Encoding.UTF8.GetString(stderr.Kept));
    }

    /// <summary>A container's log as it is; the caller disposes the stream.</summary>
    public async Task<Stream> ReadLogAsync(string ns, string pod, LogOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new LogOptions();
        var request = Named(HttpMethod.Get, "get", Pods, ns, pod, "log") with { Idempotent = true, Accept = "*/*" };
        var response = await _transport.OpenAsync(
            request with
            {
                PathAndQuery = ResourcePath.WithQuery(request.PathAndQuery,
                [
                    ("container", options.Container),
                    ("follow", options.Follow ? "true" : null),
                    ("previous", options.Previous ? "true" : null),
                    ("tailLines", options.TailLines?.ToString()),
                    ("sinceSeconds", options.Since is { } since ? $"{Math.Max(1, (long)since.TotalSeconds)}" : null),
                    ("timestamps", options.Timestamps ? "true" : null),
                ]),
            },
            cancellationToken);
        return new OwnedResponseStream(response, await response.Content.ReadAsStreamAsync(cancellationToken));
    }

    private static ApiRequest ExecRequest(ExecOptions options)
    {
        var request = Named(HttpMethod.Get, "create", Pods, options.Namespace, options.Pod, "exec");
        return request with
        {
            PathAndQuery = ResourcePath.WithQuery(request.PathAndQuery,
            [
                .. options.Command.Select(word => ("command", (string?)word)),
                ("container", options.Container),
                ("stdin", options.Stdin is null ? null : "true"),
                // The server wants at least one stream, and errors are worth having.
                ("stdout", "true"),
                ("stderr", "true"),
            ]),
        };
    }
}
