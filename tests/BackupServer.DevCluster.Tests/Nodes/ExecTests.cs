using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Controllers;

namespace BackupServer.DevCluster.Tests.Nodes;

public sealed class ExecTests(RunningCluster cluster) : IClassFixture<RunningCluster>
{
    private static CancellationToken Ct => RunningCluster.Ct;

    [Theory]
    [InlineData("v5.channel.k8s.io", "command terminated with non-zero exit code: command terminated with exit code 7")]
    [InlineData("v4.channel.k8s.io", "command terminated with non-zero exit code: error executing command [sh -c echo out; echo err >&2; exit 7], exit code 7")]
    public async Task Outputs_and_exit_code_come_back_on_their_channels(string protocol, string message)
    {
        var ns = await PodAsync();

        var (output, error, result) = await ExecAsync(ns, protocol, null, "sh", "-c", "echo out; echo err >&2; exit 7");

        Assert.Equal("out\n", output);
        Assert.Equal("err\n", error);
        Assert.Equal("NonZeroExitCode", result.Text("reason"));
        Assert.Equal(message, result.Text("message"));
    }

    [Fact]
    public async Task Input_is_read_until_the_client_closes_it()
    {
        var ns = await PodAsync();
        var input = string.Concat(Enumerable.Repeat("line äöü\n", 20_000));

        var (output, _, result) = await ExecAsync(ns, "v5.channel.k8s.io", input, "cat");

        Assert.Equal(input, output);
        Assert.Equal("Success", result.Text("status"));
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_an_internal_error()
    {
        var ns = await PodAsync();

        var (_, _, result) = await ExecAsync(ns, "v5.channel.k8s.io", null, "nope-no-such");

        Assert.Equal("InternalError", result.Text("reason"));
        Assert.Equal(500, result.Number("code"));
    }

    [Fact]
    public async Task A_signal_that_ends_the_command_is_128_and_its_number()
    {
        var ns = await PodAsync();

        var (_, _, result) = await ExecAsync(ns, "v5.channel.k8s.io", null, "sh", "-c", "kill -9 $$");

        Assert.Equal("137", result.Items("details", "causes").Single().Text("message"));
    }

    [Fact]
    public async Task The_command_sees_the_containers_volumes_and_environment()
    {
        var ns = await PodAsync();

        var (output, _, _) = await ExecAsync(ns, "v5.channel.k8s.io", null, "sh", "-c", "echo kept > e/f && cat $DEVCLUSTER_ROOT/e/f && echo $A $HOSTNAME");

        Assert.Equal("kept\nb p\n", output);
    }

    private async Task<string> PodAsync()
    {
        var ns = await cluster.NamespaceAsync();
        await cluster.RunPodAsync(
            ns, "p", "sleep 600", ""","volumes":[{"name":"e","emptyDir":{}}]""",
            ""","env":[{"name":"A","value":"b"}],"volumeMounts":[{"name":"e","mountPath":"/e"}]""");
        await cluster.ReadyAsync(ns, "p");
        return ns;
    }

    private async Task<(string Output, string Error, JsonNode Result)> ExecAsync(string ns, string protocol, string? input, params string[] command)
    {
        var query = string.Concat(command.Select(part => $"&command={Uri.EscapeDataString(part)}"));
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(protocol);
        socket.Options.SetRequestHeader("Authorization", "Bearer admin");
        var address = $"ws://127.0.0.1:{cluster.Host.HttpAddress.Port}/api/v1/namespaces/{ns}/pods/p/exec?stdout=true&stderr=true&stdin={(input is null ? "false" : "true")}{query}";
        await socket.ConnectAsync(new Uri(address), Ct);
        var sending = input is null ? Task.CompletedTask : SendAsync(socket, input);
        var channels = new Dictionary<byte, MemoryStream>();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var message = new MemoryStream();
            WebSocketReceiveResult received;
            do
            {
                received = await socket.ReceiveAsync(buffer, Ct);
                message.Write(buffer, 0, received.Count);
            }
            while (!received.EndOfMessage);
            if (received.MessageType == WebSocketMessageType.Close) break;
            var bytes = message.ToArray();
            if (!channels.TryGetValue(bytes[0], out var channel)) channels[bytes[0]] = channel = new MemoryStream();
            channel.Write(bytes, 1, bytes.Length - 1);
        }

        await sending;
        return (Text(1), Text(2), JsonNode.Parse(Text(3))!);

        string Text(byte channel) => channels.TryGetValue(channel, out var content) ? Encoding.UTF8.GetString(content.ToArray()) : string.Empty;
    }

    private static async Task SendAsync(ClientWebSocket socket, string input)
    {
        foreach (var chunk in Encoding.UTF8.GetBytes(input).Chunk(30_000))
        {
            await socket.SendAsync(new byte[] { 0 }.Concat(chunk).ToArray(), WebSocketMessageType.Binary, true, Ct);
        }

        await socket.SendAsync(new byte[] { 255, 0 }, WebSocketMessageType.Binary, true, Ct);
    }
}
