using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Controllers;
using BackupServer.DevCluster.Http.Spdy;
using BackupServer.DevCluster.Tests.Nodes;

namespace BackupServer.DevCluster.Tests.Http.Spdy;

public sealed class SpdyExecTests(RunningCluster cluster) : IClassFixture<RunningCluster>
{
    private const uint Error = 1;
    private const uint Input = 3;
    private const uint Output = 5;

    /// <summary>Bytes after the upgrade after which the session cannot go on.</summary>
    public static TheoryData<string, string> Broken { get; } = new()
    {
        { "another version of the protocol", "8002000600000004" + "00000001" },
        { "a control frame of 16 MB", "80030001" + "00ffffff" },
        { "a SYN_STREAM that is too short", "8003000100000004" + "00000001" },
        { "a SYN_STREAM with damaged headers", "8003000100000010" + "00000001" + "00000000" + "0000" + "ffffffffffff" },
        { "a PING of 5 bytes", "8003000600000005" + "0000000100" },
        { "a RST_STREAM of 4 bytes", "8003000300000004" + "00000001" },
        { "a WINDOW_UPDATE without a body", "8003000900000000" },
        { "SETTINGS that say more than they hold", "8003000400000004" + "ffffffff" },
        { "a SYN_REPLY without headers", "8003000200000004" + "00000001" },
        { "HEADERS without a stream", "8003000800000000" },
    };

    private static CancellationToken Ct => RunningCluster.Ct;

    [Fact]
    public async Task Input_output_and_result_travel_on_their_streams()
    {
        await using var client = await ExecAsync("stdin=true&stdout=true", "cat; exit 3");
        Assert.Contains("101 Switching Protocols", client.Answer);
        Assert.Contains("Upgrade: SPDY/3.1", client.Answer);
        Assert.Contains("X-Stream-Protocol-Version: v4.channel.k8s.io", client.Answer);

        await OpenAllAsync(client);
        await client.DataAsync(Input, "some ", last: false);
        await client.DataAsync(Input, "words", last: true);
        var received = await UntilResultAsync(client);

        Assert.Equal("some words", Text(received, Output));
        Assert.Equal("NonZeroExitCode", JsonNode.Parse(Text(received, Error))!.Text("reason"));
        Assert.Contains(received, frame => !frame.Header.IsControl && frame.Header.StreamId == Output && frame.Header.IsLast);
    }

    [Fact]
    public async Task A_protocol_of_streams_that_is_not_served_is_refused_and_the_served_one_named()
    {
        var path = await PathAsync("stdout=true", "true");

        await using var client = await SpdyClient.ConnectAsync(cluster.Host.HttpAddress.Port, path, "v9.channel.k8s.io");

        Assert.Contains("403", client.Answer);
        Assert.Contains("X-Accepted-Stream-Protocol-Versions: v4.channel.k8s.io", client.Answer);
    }

    [Fact]
    public async Task Pings_are_answered_and_unknown_frames_passed_over()
    {
        await using var client = await ExecAsync("stdin=true&stdout=true", "cat");
        await OpenAllAsync(client);

        await client.ControlAsync((FrameType)0x77, 1, 2, 3);
        await client.ControlAsync(FrameType.Settings, [.. SpdyClient.Bytes(1), .. SpdyClient.Bytes(7), .. SpdyClient.Bytes(65536)]);
        await client.ControlAsync(FrameType.WindowUpdate, [.. SpdyClient.Bytes(Output), .. SpdyClient.Bytes(1000)]);
        await client.ControlAsync(FrameType.Ping, SpdyClient.Bytes(0xf0000001));
        var answer = await NextAsync(client, FrameType.Ping);

        Assert.Equal(SpdyClient.Bytes(0xf0000001), answer);
    }

    [Fact]
    public async Task Streams_that_were_not_asked_for_are_reset_and_the_others_go_on()
    {
        await using var client = await ExecAsync("stdin=true&stdout=true", "cat");
        await OpenAllAsync(client);

        await client.OpenAsync(7, "stdout");
        await client.OpenAsync(9, "nonsense");
        await client.DataAsync(11, "to nobody", last: false);
        var resets = new List<byte[]>();
        while (resets.Count < 3) resets.Add(await NextAsync(client, FrameType.RstStream));
        await client.DataAsync(Input, "still here", last: true);
        var received = await UntilResultAsync(client);

        Assert.Equal([(7u, 3u), (9u, 3u), (11u, 2u)], resets.Select(body => (Number(body), Number(body.AsSpan(4)))));
        Assert.Equal("still here", Text(received, Output));
    }

    [Fact]
    public async Task Window_is_given_back_for_what_was_taken()
    {
        await using var client = await ExecAsync("stdin=true&stdout=true", "cat > /dev/null");
        await OpenAllAsync(client);

        await client.DataAsync(Input, new string('x', 20_000), last: false);
        var updates = new List<byte[]> { await NextAsync(client, FrameType.WindowUpdate), await NextAsync(client, FrameType.WindowUpdate) };

        Assert.Equal([(0u, 20_000u), (Input, 20_000u)], updates.Select(body => (Number(body), Number(body.AsSpan(4)))));
    }

    [Fact]
    public async Task A_client_that_goes_away_ends_its_command()
    {
        var marker = Path.Combine(cluster.Data, "spdy-" + Guid.NewGuid().ToString("n"));
        var client = await ExecAsync("stdin=true&stdout=true", $"echo $$ > {marker}; exec sleep 600");
        await OpenAllAsync(client);
        await RunningCluster.UntilAsync(() => File.Exists(marker) && File.ReadAllText(marker).EndsWith('\n'), "the command runs");
        var process = File.ReadAllText(marker).Trim();

        await client.DisposeAsync();

        await RunningCluster.UntilAsync(() => !Directory.Exists($"/proc/{process}"), "the command is gone");
    }

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task Frames_that_break_the_protocol_end_their_session_only(string what, string hex)
    {
        await using var bystander = await ExecAsync("stdin=true&stdout=true", "cat");
        await OpenAllAsync(bystander);
        await using var client = await ExecAsync("stdin=true&stdout=true", "cat");

        await client.SendAsync(Convert.FromHexString(hex));
        var answers = await client.RestAsync();
        await bystander.DataAsync(Input, what, last: true);
        var received = await UntilResultAsync(bystander);

        var (header, body) = Assert.Single(answers);
        Assert.Equal((true, FrameType.GoAway, 1u), (header.IsControl, header.Type, Number(body.AsSpan(4))));
        Assert.Equal(what, Text(received, Output));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_stream_with_an_identifier_that_is_no_clients_or_used_ends_the_session(uint id)
    {
        await using var client = await ExecAsync("stdin=true&stdout=true", "cat");
        await OpenAllAsync(client);

        await client.OpenAsync(id, "stdin");
        var answers = await client.RestAsync();

        Assert.Contains(answers, frame => frame.Header is { IsControl: true, Type: FrameType.GoAway } && Number(frame.Body.AsSpan(4)) == 1);
    }

    [Fact]
    public async Task Noise_does_not_hurt_the_server()
    {
        var random = new Random(20);
        var path = await PathAsync("stdin=true&stdout=true", "cat");
        for (var round = 0; round < 40; round++)
        {
            await using var noisy = await SpdyClient.ConnectAsync(cluster.Host.HttpAddress.Port, path);
            if (round % 2 == 0) await OpenAllAsync(noisy);
            var noise = new byte[random.Next(1, 400)];
            random.NextBytes(noise);
            if (round % 4 < 2) (noise[0], noise[Math.Min(1, noise.Length - 1)]) = (0x80, 3);
            await noisy.SendAsync(noise);
        }

        await using var client = await SpdyClient.ConnectAsync(cluster.Host.HttpAddress.Port, path);
        await OpenAllAsync(client);
        await client.DataAsync(Input, "well", last: true);

        Assert.Equal("well", Text(await UntilResultAsync(client), Output));
    }

    private async Task<SpdyClient> ExecAsync(string flags, string script) =>
        await SpdyClient.ConnectAsync(cluster.Host.HttpAddress.Port, await PathAsync(flags, script));

    private async Task<string> PathAsync(string flags, string script)
    {
        var ns = await cluster.NamespaceAsync();
        await cluster.RunPodAsync(ns, "p", "sleep 600");
        await cluster.ReadyAsync(ns, "p");
        return $"/api/v1/namespaces/{ns}/pods/p/exec?{flags}&command=sh&command=-c&command={Uri.EscapeDataString(script)}";
    }

    private static async Task OpenAllAsync(SpdyClient client)
    {
        foreach (var (id, type) in ((uint, string)[])[(Error, "error"), (Input, "stdin"), (Output, "stdout")])
        {
            await client.OpenAsync(id, type);
            Assert.Equal(id, Number(await NextAsync(client, FrameType.SynReply)));
        }
    }

    /// <summary>The body of the next frame of this type; others are passed over.</summary>
    private static async Task<byte[]> NextAsync(SpdyClient client, FrameType type)
    {
        while (true)
        {
            var (header, body) = await client.ReceiveAsync() ?? throw new InvalidOperationException($"the server ended before it sent {type}");
            if (header.IsControl && header.Type == type) return body;
        }
    }

    /// <summary>All frames up to the end of the stream with the result.</summary>
    private static async Task<List<(FrameHeader Header, byte[] Body)>> UntilResultAsync(SpdyClient client)
    {
        var frames = new List<(FrameHeader Header, byte[] Body)>();
        while (frames is not [.., { Header: { IsControl: false, StreamId: Error, IsLast: true } }])
        {
            frames.Add(await client.ReceiveAsync() ?? throw new InvalidOperationException("the server ended before it sent the result"));
        }

        return frames;
    }

    private static string Text(IEnumerable<(FrameHeader Header, byte[] Body)> frames, uint stream) => string.Concat(
        frames.Where(frame => !frame.Header.IsControl && frame.Header.StreamId == stream).Select(frame => Encoding.UTF8.GetString(frame.Body)));

    private static uint Number(ReadOnlySpan<byte> body) => BinaryPrimitives.ReadUInt32BigEndian(body);
}
