using System.Net;
using System.Net.WebSockets;
using System.Reflection;
using BackupServer.Kubernetes.Authentication;
using BackupServer.Kubernetes.Configuration;
using BackupServer.Kubernetes.Errors;
using BackupServer.Kubernetes.Resilience;
using Microsoft.Extensions.Logging;
using Polly;

namespace BackupServer.Kubernetes.Transport;

/// <summary>
/// Sends requests: credentials, impersonation, bounded concurrency, retries by class of error. Everything that leaves it is either
/// a successful answer or a <see cref="KubernetesException"/>.
/// </summary>
internal sealed class ApiTransport : IDisposable
{
    private static readonly string UserAgent =
        $"backup-server/{typeof(ApiTransport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]}";

    private readonly ConnectionPool _pool;
    private readonly ResiliencePipeline _retries;
    private readonly FailureReader _failures;
    private readonly KubernetesClientOptions _options;

    public ApiTransport(KubernetesClientConfiguration configuration, KubernetesClientOptions options, ILogger logger, TimeProvider time)
    {
        Configuration = configuration;
        Time = time;
        _options = options;
        _pool = new ConnectionPool(configuration);
        _failures = new FailureReader(configuration, time);
        _retries = RetryPolicy.Create(options, logger, time);
        Concurrency = new AdaptiveConcurrency(options.InitialConcurrency, options.MaxConcurrency, time);
    }

    public KubernetesClientConfiguration Configuration { get; }

    public TimeProvider Time { get; }

    public AdaptiveConcurrency Concurrency { get; }

    /// <summary>How long a body may stay silent before its connection counts as dropped.</summary>
    public TimeSpan IdleTimeout => _options.IdleTimeout;

    /// <summary>Answers the whole body. A connection that breaks while the body is read counts as dropped and is retried.</summary>
    public Task<ApiResponse> SendAsync(ApiRequest request, CancellationToken cancellationToken) =>
        WithRetriesAsync(request, async (response, token) =>
        {
            using (response)
            {
                var body = await response.Content.ReadAsByteArrayAsync(token);
                return new ApiResponse(body, response.Content.Headers.ContentType?.ToString() ?? "");
            }
        }, cancellationToken);

    /// <summary>Answers as soon as the headers are there; the caller disposes the response and reads its body.</summary>
    public Task<HttpResponseMessage> OpenAsync(ApiRequest request, CancellationToken cancellationToken) =>
        WithRetriesAsync(request, (response, _) => Task.FromResult(response), cancellationToken);

    /// <summary>Opens a WebSocket as the present user. Refused with a Status, it fails as any request does.</summary>
    public async Task<ClientWebSocket> OpenWebSocketAsync(ApiRequest request, IReadOnlyList<string> protocols, CancellationToken cancellationToken)
    {
        var context = RetryPolicy.Context(request, cancellationToken);
        try
        {
            return await _retries.ExecuteAsync(
                async context => await AttemptWebSocketAsync(request, protocols, context.CancellationToken), context);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    public KubernetesException Refusal(ApiRequest request, HttpStatusCode code, byte[] body, TimeSpan? retryAfter) =>
        _failures.FromAnswer(request, code, body, retryAfter, credential: null);

    public void Dispose() => _pool.Dispose();

    private async Task<T> WithRetriesAsync<T>(
        ApiRequest request, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        var context = RetryPolicy.Context(request, cancellationToken);
        try
        {
            return await _retries.ExecuteAsync(
                async static (context, state) => await state.Self.AttemptAsync(state.Request, state.Read, context.CancellationToken),
                context,
                (Self: this, Request: request, Read: read));
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async Task<T> AttemptAsync<T>(
        ApiRequest request, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        // Outside of the deadline: a plugin may be asking the user for a password.
        var credential = await CredentialAsync(refused: null, cancellationToken);
        using var slot = await Concurrency.EnterAsync(cancellationToken);
        using var deadline = new CancellationTokenSource(_options.RequestTimeout, Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            (var response, credential) = await SendAuthorizedAsync(request, credential, linked.Token);
            if (response.IsSuccessStatusCode)
            {
                slot.Succeeded();
                return await read(response, linked.Token);
            }

            using (response)
            {
                if (response.StatusCode == HttpStatusCode.TooManyRequests)
                {
                    slot.Throttled();
                }

                var body = await response.Content.ReadAsByteArrayAsync(linked.Token);
                throw _failures.FromAnswer(request, response.StatusCode, body, RetryAfterHeader.Read(response, Time), credential);
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw _failures.FromConnection(request, e, _options.RequestTimeout);
        }
    }

    private async Task<ClientWebSocket> AttemptWebSocketAsync(ApiRequest request, IReadOnlyList<string> protocols, CancellationToken cancellationToken)
    {
        var credential = await CredentialAsync(refused: null, cancellationToken);
        while (true)
        {
            using var slot = await Concurrency.EnterAsync(cancellationToken);
            var sent = credential;
            var upgrade = new UpgradeHandler(_pool.For(sent.Certificate), message => Decorate(message, sent), Time);
            var socket = NewSocket(protocols);
            try
            {
                using var invoker = new HttpMessageInvoker(upgrade, disposeHandler: true);
                await socket.ConnectAsync(request.ToWebSocketAddress(Configuration.Server), invoker, cancellationToken);
                return socket;
            }
            catch (WebSocketException e)
            {
                socket.Dispose();
                if (upgrade.RefusedWith is not { } code)
                {
                    throw _failures.FromConnection(request, e.InnerException ?? e, _options.RequestTimeout);
                }

                if (code == HttpStatusCode.Unauthorized
                    && await CredentialAsync(credential, cancellationToken) is var renewed && !ReferenceEquals(renewed, credential))
                {
                    credential = renewed;
                    continue;
                }

                if (code == HttpStatusCode.TooManyRequests)
                {
                    slot.Throttled();
                }

                throw _failures.FromAnswer(request, code, upgrade.RefusalBody, upgrade.RetryAfter, credential);
            }
        }
    }

    private static ClientWebSocket NewSocket(IReadOnlyList<string> protocols)
    {
        var socket = new ClientWebSocket();
        socket.Options.HttpVersion = HttpVersion.Version11;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(30);
        foreach (var protocol in protocols)
        {
            socket.Options.AddSubProtocol(protocol);
        }

        return socket;
    }

    private async Task<(HttpResponseMessage Response, Credential Credential)> SendAuthorizedAsync(
        ApiRequest request, Credential credential, CancellationToken cancellationToken)
    {
        var response = await SendOnceAsync(request, credential, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized)
        {
            return (response, credential);
        }

        // The server decides when a token is too old, not our clock: one more try with a renewed one.
        var renewed = await CredentialAsync(credential, cancellationToken);
        if (ReferenceEquals(renewed, credential))
        {
            return (response, credential);
        }

        response.Dispose();
        return (await SendOnceAsync(request, renewed, cancellationToken), renewed);
    }

    private async Task<HttpResponseMessage> SendOnceAsync(ApiRequest request, Credential credential, CancellationToken cancellationToken)
    {
        using var message = request.ToMessage(Configuration.Server);
        Decorate(message, credential);
        return await _pool.For(credential.Certificate).SendAsync(message, cancellationToken);
    }

    private async ValueTask<Credential> CredentialAsync(Credential? refused, CancellationToken cancellationToken)
    {
        try
        {
            return refused is null
                ? await Configuration.Credentials.GetAsync(cancellationToken)
                : await Configuration.Credentials.RenewAsync(refused, cancellationToken);
        }
        catch (CredentialException e)
        {
            throw new KubernetesException($"There are no credentials for {Configuration.Server} ({Configuration.Source}): {e.Message}", e);
        }
    }

    private void Decorate(HttpRequestMessage message, Credential credential)
    {
        message.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        message.Headers.Authorization = credential.Authorization;
        if (Configuration.Trust.ServerName is { } name)
        {
            message.Headers.Host = name;
        }

        if (Configuration.Impersonation is { } identity)
        {
            message.Headers.TryAddWithoutValidation("Impersonate-User", identity.User);
            if (identity.Group.Length > 0)
            {
                message.Headers.TryAddWithoutValidation("Impersonate-Group", identity.Group);
            }

            if (identity.Uid.Length > 0)
            {
                message.Headers.TryAddWithoutValidation("Impersonate-Uid", identity.Uid);
            }

            foreach (var (key, value) in identity.Extra)
            {
                message.Headers.TryAddWithoutValidation($"Impersonate-Extra-{Uri.EscapeDataString(key)}", value);
            }
        }
    }
}
