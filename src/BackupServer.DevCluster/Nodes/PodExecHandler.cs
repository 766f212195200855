using System.Net.WebSockets;
using System.Text;
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
        var command = request.Http.Request.Query["command"].OfType<string>().ToList();
        var result = await RunAsync(request, channels, place, container, command, protocol, ct);
        await channels.SendAsync(ExecChannels.Result, Encoding.UTF8.GetBytes(result.ToJsonString()), ct);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, string.Empty, ct);
    }

    private static async Task<System.Text.Json.Nodes.JsonObject> RunAsync(
        ApiRequest request, ExecChannels channels, (Kubelet Node, PodWorker Worker) place, ContainerState container,
        List<string> command, string protocol, CancellationToken ct)
    {
        if (command.Count == 0) return ExecResult.Failed("no command is given");
        var (root, environment) = place.Worker.Inside(container);
        var takesInput = request.Flag("stdin");
        LocalProcess process;
        try
        {
            process = LocalProcess.Start(place.Node.Guard, command, ContainerRun.WorkingDirectory(container.Spec, root), environment, takesInput);
        }
        catch (FileNotFoundException exception)
        {
            return ExecResult.Failed(exception.Message);
        }

        using (process)
        {
            using var connection = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var input = PumpInputAsync(process, channels, takesInput, connection.Token);
            try
            {
                await Task.WhenAll(
                    Pump(request.Flag("stdout"), process.Output, ExecChannels.Output),
                    Pump(request.Flag("stderr") || request.Flag("tty"), process.Error, request.Flag("tty") ? ExecChannels.Output : ExecChannels.Error));
                var code = await process.WaitAsync(ct);
                return ExecResult.Of(code, command, protocol == Protocols[1]);
            }
            finally
            {
                process.Signal(Signals.Kill);
                await connection.CancelAsync();
                await input.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                // No token: it has been killed, and this takes it off the guard's list.
                await process.WaitAsync(CancellationToken.None);
            }

            Task Pump(bool wanted, Stream source, byte channel) =>
                wanted ? channels.CopyOutAsync(source, channel, ct) : source.CopyToAsync(Stream.Null, ct);
        }
    }

    /// <summary>Reads the client to its end, so that a client that goes away ends the command.</summary>
    private static async Task PumpInputAsync(LocalProcess process, ExecChannels channels, bool takesInput, CancellationToken ct)
    {
        try
        {
            var closed = await channels.CopyInAsync(takesInput ? process.Input : null, ct);
            if (takesInput) process.Input.Close();
            if (!closed) return;
            await channels.CopyInAsync(null, ct);
        }
        catch (WebSocketException)
        {
            process.Signal(Signals.Kill);
        }
    }
}
