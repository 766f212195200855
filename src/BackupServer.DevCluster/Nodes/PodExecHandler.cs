using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Controllers;
using BackupServer.DevCluster.Http;

namespace BackupServer.DevCluster.Nodes;

/// <summary>
/// pods/exec over a WebSocket (v5.channel.k8s.io and v4) or SPDY/3.1 (v4): a command in the root of a container, as the user of this process.
/// There are no terminals: with tty both outputs go to one stream and that is all.
/// </summary>
internal sealed class PodExecHandler(NodePool nodes) : ISubresourceHandler
{
    /// <summary>How long a client that has its result may take to close the connection.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    public async Task HandleAsync(ApiRequest request, CancellationToken ct)
    {
        if (request.Http.Request.Method is not ("GET" or "POST")) throw ApiErrors.MethodNotAllowed();
        var pod = request.Host.Resources.Get(request.Resource, request.Namespace, request.Name);
        var name = PodContainers.Choose(pod, request.Query("container"));
        if (pod.Text("spec", "nodeName") is null or "") throw ApiErrors.BadRequest($"pod {request.Name} does not have a host assigned");
        if (nodes.Find(pod) is not { } place || place.Worker.Find(name) is not { } container)
        {
            throw new ApiStatusException(500, "InternalError", $"pod {request.Name} is not on any node of this cluster");
        }

        if (!container.IsRunning) throw new ApiStatusException(500, "InternalError", $"container {name} of pod {request.Name} is not running");
        await using var connection = await ConnectAsync(request, ct);
        if (connection is not null) await ServeAsync(request, connection, place, container, ct);
    }

    private static async Task<IExecConnection?> ConnectAsync(ApiRequest request, CancellationToken ct)
    {
        if (request.Http.WebSockets.IsWebSocketRequest) return await WebSocketExecConnection.AcceptAsync(request.Http);
        if (SpdyExecConnection.IsAskedBy(request.Http)) return await SpdyExecConnection.AcceptAsync(request, ct);
        throw new ApiStatusException(
            400, "BadRequest", "Upgrade request required: exec is served over WebSockets (v5.channel.k8s.io, v4.channel.k8s.io) and SPDY/3.1 (v4.channel.k8s.io)");
    }

    private static async Task ServeAsync(
        ApiRequest request, IExecConnection connection, (Kubelet Node, PodWorker Worker) place, ContainerState container, CancellationToken ct)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var started = new TaskCompletionSource<LocalProcess?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var feeding = FeedAsync(connection, started.Task, request.Flag("stdin"), ending.Token);
        var command = request.Http.Request.Query["command"].OfType<string>().ToList();
        var result = await RunAsync(request, connection, place, container, command, started, ct);
        await connection.EndAsync(result, ct);
        ending.CancelAfter(Farewell);
        await feeding.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task<JsonObject> RunAsync(
        ApiRequest request, IExecConnection connection, (Kubelet Node, PodWorker Worker) place, ContainerState container,
        List<string> command, TaskCompletionSource<LocalProcess?> started, CancellationToken ct)
    {
        LocalProcess process;
        try
        {
            if (command.Count == 0) throw new FileNotFoundException("no command is given");
            var (root, environment) = place.Worker.Inside(container);
            process = LocalProcess.Start(place.Node.Guard, command, ContainerRun.WorkingDirectory(container.Spec, root), environment, request.Flag("stdin"));
        }
        catch (Exception exception) when (exception is FileNotFoundException or MissingConfigurationException)
        {
            started.SetResult(null);
            return ExecResult.Failed(exception.Message);
        }

        using (process)
        {
            started.SetResult(process);
            try
            {
                await Task.WhenAll(
                    Pump(request.Flag("stdout"), process.Output, ExecOutput.Output),
                    Pump(request.Flag("stderr") || request.Flag("tty"), process.Error, request.Flag("tty") ? ExecOutput.Output : ExecOutput.Error));
                return ExecResult.Of(await process.WaitAsync(ct), command, connection.IsVersion4);
            }
            finally
            {
                process.Signal(Signals.Kill);
                // No token: it has been killed, and this takes it off the guard's list.
                await process.WaitAsync(CancellationToken.None);
            }

            Task Pump(bool wanted, Stream source, ExecOutput output) =>
                wanted ? connection.CopyOutAsync(source, output, ct) : source.CopyToAsync(Stream.Null, ct);
        }
    }

    private static async Task FeedAsync(IExecConnection connection, Task<LocalProcess?> started, bool takesInput, CancellationToken ct)
    {
        var process = await started.WaitAsync(ct);
        if (await connection.FeedAsync(takesInput ? process?.Input : null, ct)) process?.Signal(Signals.Kill);
    }
}
