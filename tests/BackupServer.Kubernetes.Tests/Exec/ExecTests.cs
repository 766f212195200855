using System.Net.WebSockets;
using System.Text;
using BackupServer.Kubernetes.Errors;
using BackupServer.Kubernetes.Exec;
using BackupServer.Kubernetes.Tests.Servers;
using Microsoft.AspNetCore.Http;

namespace BackupServer.Kubernetes.Tests.Exec;

public sealed class ExecTests
{
    private const string Success = """{"metadata":{},"status":"Success"}""";

    private const string ExitSeven = """
        {"metadata":{},"status":"Failure","message":"command terminated with non-zero exit code: command terminated with exit code 7","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"7"}]}}
        """;

    private static readonly ExecOptions Command = new() { Namespace = "ns", Pod = "p", Container = "c", Command = ["sh", "-c", "a & b"] };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("v5.channel.k8s.io")]
    [InlineData("v4.channel.k8s.io")]
    public async Task Output_and_exit_code_arrive_in_both_protocols(string protocol)
    {
        await using var server = await ServeAsync(protocol, async socket =>
        {
            await SendAsync(socket, 1, "out 1 ");
            await SendAsync(socket, 2, "err");
            await SendAsync(socket, 1, "");
            await SendAsync(socket, 1, new string('x', 100_000));
            await SendAsync(socket, 3, ExitSeven);
        });
        using var client = server.Client();

        var (result, stdout, stderr) = await client.ExecCaptureAsync(Command, 1_000_000, Cancel);

        Assert.Equal(7, result.ExitCode);
        Assert.False(result.Succeeded);
        Assert.Equal(("out 1 " + new string('x', 100_000), "err"), (stdout, stderr));
        var request = server.Requests.Single();
        Assert.Equal("/api/v1/namespaces/ns/pods/p/exec", request.Path);
        Assert.Equal(("sh,-c,a & b", "c", "true"), (request.Query["command"], request.Query["container"], request.Query["stdout"]));
        Assert.Equal("Bearer t", request.Headers["Authorization"]);
        Assert.Equal("v5.channel.k8s.io, v4.channel.k8s.io", request.Headers["Sec-WebSocket-Protocol"].Replace(",", ", ", StringComparison.Ordinal).Replace(",  ", ", ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Standard_input_is_sent_and_closed()
    {
        var input = Encoding.UTF8.GetBytes(new string('é', 50_000));
        await using var server = await ServeAsync("v5.channel.k8s.io", async socket =>
        {
            var taken = 0;
            while (await ReceiveAsync(socket) is { } message && message[0] == 0)
            {
                taken += message.Length - 1;
            }

            await SendAsync(socket, 1, $"{taken}");
            await SendAsync(socket, 3, Success);
        });
        using var client = server.Client();

        var (result, stdout, _) = await client.ExecCaptureAsync(Command with { Stdin = new MemoryStream(input) }, cancellationToken: Cancel);

        Assert.True(result.Succeeded);
        Assert.Equal("100000", stdout);
        Assert.Equal("true", server.Requests.Single().Query["stdin"]);
    }

    [Fact]
    public async Task A_command_that_ends_without_taking_its_input_is_no_error()
    {
        await using var server = await ServeAsync("v5.channel.k8s.io", socket => SendAsync(socket, 3, Success));
        using var client = server.Client();

        var result = await client.ExecAsync(Command with { Stdin = new EndlessStream() }, Cancel);

        Assert.True(result.Succeeded);
    }

    [Fact]
    public async Task Input_that_cannot_be_read_is_told()
    {
        await using var server = await ServeAsync("v5.channel.k8s.io", async socket =>
        {
            while (await ReceiveAsync(socket) is not null)
            {
                // Waits for the client to go away.
            }
        });
        using var client = server.Client();

        await Assert.ThrowsAsync<InvalidDataException>(() => client.ExecAsync(Command with { Stdin = new BrokenStream() }, Cancel));
    }

    [Fact]
    public async Task A_command_that_takes_too_long_is_given_up()
    {
        await using var server = await ServeAsync("v5.channel.k8s.io", async socket => await ReceiveAsync(socket));
        using var client = server.Client();

        var error = await Assert.ThrowsAsync<TimeoutException>(() => client.ExecAsync(Command with { Timeout = TimeSpan.FromMilliseconds(200) }, Cancel));

        Assert.Equal("sh in pod ns/p did not end within 0.2 s. It may still be running.", error.Message);
    }

    [Fact]
    public async Task A_caller_can_stop_waiting()
    {
        var connected = new TaskCompletionSource();
        await using var server = await ServeAsync("v5.channel.k8s.io", async socket =>
        {
            connected.SetResult();
            await ReceiveAsync(socket);
        });
        using var client = server.Client();
        using var stop = new CancellationTokenSource();

        var running = client.ExecAsync(Command, stop.Token);
        await connected.Task;
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task A_connection_that_closes_without_a_result_leaves_the_outcome_open()
    {
        await using var server = await ServeAsync("v5.channel.k8s.io", socket => SendAsync(socket, 1, "half"));
        using var client = server.Client();

        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.ExecAsync(Command, Cancel));

        Assert.Contains("closed before the result came; the command may or may not have ended", error.Message);
    }

    [Fact]
    public async Task A_refused_upgrade_quotes_the_server_and_names_the_missing_verb()
    {
        await using var server = await ScriptedServer.StartAsync(Answer.Failure(
            403, "Forbidden", "pods \\\"p\\\" is forbidden: User \\\"u\\\" cannot get resource \\\"pods/exec\\\" in API group \\\"\\\" in the namespace \\\"ns\\\""));
        using var client = server.Client();

        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.ExecAsync(Command, Cancel));

        Assert.True(error.IsForbidden);
        Assert.Contains("User \"u\" cannot get resource", error.Message);
        Assert.Contains("it needs verb \"get\" on resource \"pods/exec\" in API group \"\" in namespace \"ns\"", error.Message);
    }

    [Fact]
    public async Task A_pod_that_is_not_there_is_not_found()
    {
        await using var server = await ScriptedServer.StartAsync(Answer.Failure(404, "NotFound", "pods \\\"p\\\" not found"));
        using var client = server.Client();

        Assert.True((await Assert.ThrowsAsync<KubernetesException>(() => client.ExecAsync(Command, Cancel))).IsNotFound);
    }

    [Fact]
    public async Task A_log_is_given_as_it_is()
    {
        await using var server = await ScriptedServer.StartAsync(Answer.Ok("line 1\nline 2\n"));
        using var client = server.Client();

        await using var log = await client.ReadLogAsync("ns", "p", new LogOptions { Container = "c", TailLines = 2, Since = TimeSpan.FromMinutes(1) }, Cancel);
        using var reader = new StreamReader(log);

        Assert.Equal("line 1\nline 2\n", await reader.ReadToEndAsync(Cancel));
        var request = server.Requests.Single();
        Assert.Equal(("/api/v1/namespaces/ns/pods/p/log", "2", "60"), (request.Path, request.Query["tailLines"], request.Query["sinceSeconds"]));
    }

    private static Task<ScriptedServer> ServeAsync(string protocol, Func<WebSocket, Task> script) => ScriptedServer.StartAsync(async (HttpContext context) =>
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync(protocol);
        await script(socket);
        if (socket.State == WebSocketState.Open)
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", context.RequestAborted);
            while (await ReceiveAsync(socket) is not null)
            {
                // Until the client has closed, too.
            }
        }
    });

    private static async Task SendAsync(WebSocket socket, byte channel, string text) =>
        await socket.SendAsync((byte[])[channel, .. Encoding.UTF8.GetBytes(text)], WebSocketMessageType.Binary, endOfMessage: true, Cancel);

    private static async Task<byte[]?> ReceiveAsync(WebSocket socket)
    {
        var message = new List<byte>();
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(), Cancel);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    return null;
                }

                message.AddRange(buffer.AsSpan(0, received.Count));
                if (received.EndOfMessage)
                {
                    return [.. message];
                }
            }
        }
        catch (WebSocketException)
        {
            return null;
        }
    }

    /// <summary>Input without end.</summary>
    private sealed class EndlessStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return new(buffer.Length);
        }
    }

    /// <summary>Input that fails.</summary>
    private sealed class BrokenStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new InvalidDataException("broken");
    }
}
