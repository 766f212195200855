using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Controllers;
using BackupServer.DevCluster.Http;

namespace BackupServer.DevCluster.Nodes;

/// <summary>
/// pods/exec over a WebSocket (v5.channel.k8s.io and v4): a command in the root of a container, as the user of this process. There are no
/// terminals: with tty both outputs go to one channel and that is all.
/// </summary>
internal sealed class PodExecHandler(NodePool nodes) : ISubresourceHandler
{
    private static readonly string[] Protocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"];

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
        if (!request.Http.WebSockets.IsWebSocketRequest)
        {
            throw new ApiStatusException(400, "BadRequest", "Upgrade request required: exec is served over WebSockets (v5.channel.k8s.io, v4.channel.k8s.io)");
        }

        var offered = request.Http.WebSockets.WebSocketRequestedProtocols;
        var protocol = Protocols.FirstOrDefault(offered.Contains)
            ?? throw new ApiStatusException(403, "Forbidden", $"unable to upgrade: none of the protocols {string.Join(", ", offered)} is served");
        using var socket = await request.Http.WebSockets.AcceptWebSocketAsync(protocol);
        await ServeAsync(request, socket, place, container, protocol, ct);
    }

    private static async Task ServeAsync(
        ApiRequest request, WebSocket socket, (Kubelet Node, PodWorker Worker) place, ContainerState container, string protocol, CancellationToken ct)
    {
        using var channels = new ExecChannels(socket);
        using var connection = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var input = new TaskCompletionSource<LocalProcess?>(TaskCreationOptions.RunContinuationsAsynchronously);
        // Reads the client from start to end: cancelling a receive would break the connection before the result is sent.
        var reading = ReadAsync(channels, input.Task, request.Flag("stdin"), connection.Token);
        var command = request.Http.Request.Query["command"].OfType<string>().ToList();
        var result = await RunAsync(request, channels, place, container, command, protocol, input, ct);
        await channels.SendAsync(ExecChannels.Result, Encoding.UTF8.GetBytes(result.ToJsonString()), ct);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, string.Empty, ct);
        connection.CancelAfter(TimeSpan.FromSeconds(5));
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task<JsonObject> RunAsync(
        ApiRequest request, ExecChannels channels, (Kubelet Node, PodWorker Worker) place, ContainerState container,
        List<string> command, string protocol, TaskCompletionSource<LocalProcess?> input, CancellationToken ct)
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
            input.SetResult(null);
            return ExecResult.Failed(exception.Message);
        }

        using (process)
        {
            input.SetResult(process);
            try
            {
                await Task.WhenAll(
                    Pump(request.Flag("stdout"), process.Output, ExecChannels.Output),
                    Pump(request.Flag("stderr") || request.Flag("tty"), process.Error, request.Flag("tty") ? ExecChannels.Output : ExecChannels.Error));
                return ExecResult.Of(await process.WaitAsync(ct), command, protocol == Protocols[1]);
            }
            finally
            {
                process.Signal(Signals.Kill);
                // No token: it has been killed, and this takes it off the guard's list.
                await process.WaitAsync(CancellationToken.None);
            }

            Task Pump(bool wanted, Stream source, byte channel) =>
                wanted ? channels.CopyOutAsync(source, channel, ct) : source.CopyToAsync(Stream.Null, ct);
        }
    }

    /// <summary>Standard input until the client closes it; a client that goes away ends the command.</summary>
    private static async Task ReadAsync(ExecChannels channels, Task<LocalProcess?> started, bool takesInput, CancellationToken ct)
    {
        var process = await started.WaitAsync(ct);
        try
        {
            var onlyInputClosed = await channels.CopyInAsync(takesInput ? process?.Input : null, ct);
            if (takesInput && process is not null) process.Input.Close();
            if (onlyInputClosed) await channels.CopyInAsync(null, ct);
        }
        catch (WebSocketException)
        {
            process?.Signal(Signals.Kill);
        }
    }
}
