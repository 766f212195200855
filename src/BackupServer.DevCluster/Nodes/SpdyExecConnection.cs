using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Http;
using BackupServer.DevCluster.Http.Spdy;
using Microsoft.AspNetCore.Http.Features;

namespace BackupServer.DevCluster.Nodes;

/// <summary>
/// An exec over SPDY/3.1 (v4.channel.k8s.io), as kubectl before 1.31 asks for it: the client opens one stream for each of error, stdin,
/// stdout, stderr that the request names (and resize with tty, which is not looked at); on error the result comes back.
/// </summary>
internal sealed class SpdyExecConnection : IExecConnection
{
    private const string Protocol = "v4.channel.k8s.io";
    private const string TypeHeader = "streamtype";
    private const string ResultStream = "error";
    private const string InputStream = "stdin";
    private static readonly TimeSpan StreamsLimit = TimeSpan.FromSeconds(30);

    private readonly HashSet<string> _expected;
    private readonly ConcurrentDictionary<string, SpdyStream> _streams = new();
    private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _ending;
    private readonly SpdySession _session;
    private readonly Task _running;

    private SpdyExecConnection(Stream connection, HashSet<string> expected, CancellationToken ct)
    {
        _expected = expected;
        _ending = CancellationTokenSource.CreateLinkedTokenSource(ct);
        _session = new SpdySession(connection, Accept);
        _running = _session.RunAsync(_ending.Token);
    }

    public bool IsVersion4 => true;

    /// <summary>The request asks for an upgrade to SPDY/3.1.</summary>
    public static bool IsAskedBy(HttpContext http) =>
        http.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
        && http.Request.Headers.Upgrade.ToString().Contains("SPDY/3.1", StringComparison.OrdinalIgnoreCase);

    /// <summary>Upgrades, and waits for the streams. Null when the client does not open them: nothing can be answered any more.</summary>
    /// <exception cref="ApiStatusException">The protocol of the streams that is served is not offered.</exception>
    public static async Task<SpdyExecConnection?> AcceptAsync(ApiRequest request, CancellationToken ct)
    {
        var headers = request.Http.Response.Headers;
        var offered = request.Http.Request.Headers["X-Stream-Protocol-Version"].SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries)).ToList();
        if (!offered.Contains(Protocol))
        {
            headers["X-Accepted-Stream-Protocol-Versions"] = Protocol;
            throw new ApiStatusException(403, "Forbidden", $"unable to upgrade: the client offers [{string.Join(' ', offered)}], the server accepts [{Protocol}]");
        }

        if (!ZlibCalls.IsAvailable) throw ApiErrors.Internal("exec over SPDY/3.1 needs libz.so.1: install the package zlib1g where this cluster runs");
        headers.Upgrade = "SPDY/3.1";
        headers["X-Stream-Protocol-Version"] = Protocol;
        var stream = await request.Http.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
        var connection = new SpdyExecConnection(stream, Expected(request), ct);
        if (await connection.HasStreamsAsync(request.Host.Time)) return connection;
        await connection.DisposeAsync();
        return null;
    }

    public async Task CopyOutAsync(Stream source, ExecOutput output, CancellationToken ct)
    {
        if (!_streams.TryGetValue(output == ExecOutput.Output ? "stdout" : "stderr", out var stream))
        {
            await source.CopyToAsync(Stream.Null, ct);
            return;
        }

        var buffer = new byte[32 * 1024];
        int read;
        while ((read = await source.ReadAsync(buffer, ct)) > 0) await stream.SendAsync(buffer.AsMemory(0, read), ct);
    }

    public async Task<bool> FeedAsync(Stream? target, CancellationToken ct)
    {
        if (_streams.TryGetValue(InputStream, out var input))
        {
            await CopyInAsync(input.Input, target, ct);
            target?.Close();
        }

        await _running.WaitAsync(ct);
        return true;
    }

    public async Task EndAsync(JsonObject result, CancellationToken ct)
    {
        foreach (var (name, stream) in _streams)
        {
            if (name != ResultStream) await stream.FinishAsync(ct);
        }

        await _streams[ResultStream].SendAsync(Encoding.UTF8.GetBytes(result.ToJsonString()), ct);
        await _streams[ResultStream].FinishAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _session.Dispose();
        _ending.Dispose();
    }

    private static async Task CopyInAsync(Stream source, Stream? target, CancellationToken ct)
    {
        if (target is not null)
        {
            try
            {
                await source.CopyToAsync(target, ct);
                await target.FlushAsync(ct);
                return;
            }
            catch (IOException)
            {
                // The command reads no more; what it says and how it ends still matters.
            }
        }

        await source.CopyToAsync(Stream.Null, ct);
    }

    private static HashSet<string> Expected(ApiRequest request)
    {
        var expected = new HashSet<string> { ResultStream };
        foreach (var name in (ReadOnlySpan<string>)[InputStream, "stdout", "stderr"])
        {
            if (request.Flag(name)) expected.Add(name);
        }

        if (request.Flag("tty"))
        {
            expected.Remove("stderr");
            expected.Add("resize");
        }

        return expected;
    }

    private async Task<bool> HasStreamsAsync(TimeProvider time)
    {
        Task either = Task.WhenAny(_complete.Task, _running);
        await either.WaitAsync(StreamsLimit, time, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return _complete.Task.IsCompletedSuccessfully;
    }

    private bool Accept(SpdyStream stream)
    {
        if (!stream.Headers.TryGetValue(TypeHeader, out var type) || !_expected.Contains(type) || !_streams.TryAdd(type, stream)) return false;
        if (_streams.Count == _expected.Count) _complete.TrySetResult();
        return true;
    }
}
