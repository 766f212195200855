using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Controllers;

namespace BackupServer.DevCluster.Nodes;

/// <summary>
/// The startup, readiness and liveness probes of one run of a container. Before a probe has first succeeded it is asked at least every
/// second, whatever its period, so that a small cluster comes up quickly.
/// </summary>
internal sealed class ProbeLoop : IAsyncDisposable
{
    private readonly JsonObject _container;
    private readonly Func<IReadOnlyList<string>, TimeSpan, CancellationToken, Task<bool>> _exec;
    private readonly Action _changed;
    private readonly Action<string> _unhealthy;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private volatile bool _started;
    private volatile bool _ready;

    /// <param name="container">The container.</param>
    /// <param name="exec">Runs a command in it; true when it ended with 0 in time.</param>
    /// <param name="changed">Called when readiness or startup changes.</param>
    /// <param name="unhealthy">Called when startup or liveness has failed for good: the container is to be ended.</param>
    /// <param name="time">Clock.</param>
    public ProbeLoop(
        JsonObject container, Func<IReadOnlyList<string>, TimeSpan, CancellationToken, Task<bool>> exec, Action changed, Action<string> unhealthy, TimeProvider time)
    {
        _container = container;
        _exec = exec;
        _changed = changed;
        _unhealthy = unhealthy;
        _time = time;
        _started = container.At("startupProbe") is not JsonObject;
        _ready = container.At("readinessProbe") is not JsonObject;
        _running = RunAsync(_stop.Token);
    }

    public bool IsStarted => _started;

    public bool IsReady => _ready;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken ct)
    {
        if (_container.At("startupProbe") is JsonObject startup)
        {
            var passed = false;
            await LoopAsync(startup, healthy => passed = healthy, once: true, ct);
            if (!passed)
            {
                _unhealthy("startup");
                return;
            }

            _started = true;
            _changed();
        }

        var loops = new List<Task>();
        if (_container.At("readinessProbe") is JsonObject readiness)
        {
            loops.Add(LoopAsync(readiness, healthy =>
            {
                _ready = healthy;
                _changed();
            }, once: false, ct));
        }

        if (_container.At("livenessProbe") is JsonObject liveness)
        {
            loops.Add(LoopAsync(liveness, healthy =>
            {
                if (!healthy) _unhealthy("liveness");
            }, once: false, ct));
        }

        await Task.WhenAll(loops);
    }

    /// <summary>Reports every change of the verdict; with <paramref name="once"/> ends at the first one.</summary>
    private async Task LoopAsync(JsonObject probe, Action<bool> report, bool once, CancellationToken ct)
    {
        var period = TimeSpan.FromSeconds(Math.Max(1, probe.Int(10, "periodSeconds")));
        var timeout = TimeSpan.FromSeconds(Math.Max(1, probe.Int(1, "timeoutSeconds")));
        var failuresNeeded = Math.Max(1, probe.Int(3, "failureThreshold"));
        var successesNeeded = Math.Max(1, probe.Int(1, "successThreshold"));
        await Task.Delay(TimeSpan.FromSeconds(probe.Int(0, "initialDelaySeconds")), _time, ct);
        bool? verdict = null;
        var inRow = 0;
        var last = false;
        while (true)
        {
            var result = await AskAsync(probe, timeout, ct);
            inRow = result == last ? inRow + 1 : 1;
            last = result;
            if (inRow >= (result ? successesNeeded : failuresNeeded) && verdict != result)
            {
                verdict = result;
                report(result);
                if (once) return;
            }

            var quick = verdict != true && period > TimeSpan.FromSeconds(1) && failuresNeeded * period.TotalSeconds > 1 && !once;
            await Task.Delay(quick && probe == _container.At("readinessProbe") ? TimeSpan.FromSeconds(1) : period, _time, ct);
        }
    }

    private async Task<bool> AskAsync(JsonObject probe, TimeSpan timeout, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(timeout);
        try
        {
            if (probe.At("exec") is { } exec) return await _exec([.. exec.Texts("command")], timeout, ct);
            if (probe.At("tcpSocket") is { } tcp)
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, Port(tcp), limit.Token);
                return true;
            }

            if (probe.At("httpGet") is { } http) return await GetAsync(http, limit.Token);
            return true;
        }
        catch (Exception exception) when (exception is SocketException or HttpRequestException or IOException
            || (exception is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return false;
        }
    }

    private async Task<bool> GetAsync(JsonNode http, CancellationToken ct)
    {
        var scheme = http.Text("scheme")?.ToLowerInvariant() ?? "http";
        var host = http.Text("host") is { Length: > 0 } named ? named : "127.0.0.1";
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        // As a kubelet does: a probe asks whether it answers, not who it is.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{scheme}://{host}:{Port(http)}/{(http.Text("path") ?? "/").TrimStart('/')}"));
        foreach (var header in http.Items("httpHeaders")) request.Headers.TryAddWithoutValidation(header.Text("name") ?? string.Empty, header.Text("value"));
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        return (int)answer.StatusCode is >= 200 and < 400;
    }

    private int Port(JsonNode target) => target.Number("port") is { } number
        ? (int)number
        : _container.Items("ports").FirstOrDefault(port => port.Text("name") == target.Text("port")).Int(0, "containerPort");
}
