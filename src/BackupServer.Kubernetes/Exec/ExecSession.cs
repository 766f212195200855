using System.Net.WebSockets;
using System.Text.Json;
using BackupServer.Abstractions.Objects;
using BackupServer.Kubernetes.Errors;

namespace BackupServer.Kubernetes.Exec;

/// <summary>Moves the streams of one running command over its WebSocket.</summary>
internal sealed class ExecSession(WebSocket socket, ExecOptions options)
{
    public const string V5 = "v5.channel.k8s.io";
    public const string V4 = "v4.channel.k8s.io";

    private const int ChunkSize = 32 * 1024;

    private readonly List<byte> _status = [];

    public async Task<ExecResult> RunAsync(CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sending = options.Stdin is { } stdin ? SendAsync(stdin, ended.Token) : Task.CompletedTask;
        // A broken input is the caller's problem and must be told, even while the command waits for more of it.
        var receiving = ReceiveAsync(ended.Token);
        if (await Task.WhenAny(sending, receiving) == sending && !sending.IsCompletedSuccessfully)
        {
            socket.Abort();
            await receiving.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            await sending;
        }

        await receiving;
        await ended.CancelAsync();
        await sending.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return Result();
    }

    private ExecResult Result()
    {
        if (_status.Count == 0)
        {
            throw Broken("the connection closed before the result came; the command may or may not have ended", null);
        }

        try
        {
            var status = JsonSerializer.Deserialize<Status>(_status.ToArray(), KubernetesJson.Options) ?? throw new JsonException("it is null");
            return ExecResult.From(status);
        }
        catch (JsonException e)
        {
            throw Broken($"the result is no Status: {e.Message}", e);
        }
    }

    private async Task SendAsync(Stream stdin, CancellationToken cancellationToken)
    {
        var buffer = new byte[ChunkSize + 1];
        buffer[0] = ExecChannel.Stdin;
        try
        {
            int read;
            while ((read = await stdin.ReadAsync(buffer.AsMemory(1), cancellationToken)) > 0)
            {
                await socket.SendAsync(buffer.AsMemory(0, read + 1), WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
            }

            if (socket.SubProtocol == V5)
            {
                await socket.SendAsync(new[] { ExecChannel.Close, ExecChannel.Stdin }, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException && socket.State != WebSocketState.Open)
        {
            // The command ended, or the connection broke, without taking all input: the receiving side tells which.
        }
    }

    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[ChunkSize];
        var channel = -1;
        while (true)
        {
            ValueWebSocketReceiveResult received;
            try
            {
                received = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
            }
            catch (WebSocketException e)
            {
                if (_status.Count > 0)
                {
                    return;
                }

                throw Broken($"the connection broke: {e.Message}", e);
            }

            if (received.MessageType == WebSocketMessageType.Close)
            {
                return;
            }

            var content = buffer.AsMemory(0, received.Count);
            if (channel < 0 && content.Length > 0)
            {
                channel = content.Span[0];
                content = content[1..];
            }

            await AcceptAsync(channel, content, cancellationToken);
            if (received.EndOfMessage)
            {
                channel = -1;
            }
        }
    }

    private async ValueTask AcceptAsync(int channel, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        switch (channel)
        {
            case ExecChannel.Stdout when options.Stdout is not null:
                await options.Stdout.WriteAsync(content, cancellationToken);
                break;
            case ExecChannel.Stderr when options.Stderr is not null:
                await options.Stderr.WriteAsync(content, cancellationToken);
                break;
            case ExecChannel.Error:
                _status.AddRange(content.Span);
                break;
            default:
                break;
        }
    }

    private KubernetesException Broken(string what, Exception? inner) =>
        new($"Running {options.Command[0]} in pod {options.Namespace}/{options.Pod}: {what}.", inner) { Class = FailureClass.Unknown };
}
