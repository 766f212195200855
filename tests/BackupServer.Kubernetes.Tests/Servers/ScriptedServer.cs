using System.Collections.Concurrent;
using System.Net;
using BackupServer.Kubernetes.Authentication;
using BackupServer.Kubernetes.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace BackupServer.Kubernetes.Tests.Servers;

/// <summary>A real HTTP server on loopback whose answers a test writes.</summary>
public sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ScriptedServer(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    /// <summary>Method, path and query of every request so far, in order.</summary>
    public ConcurrentQueue<ReceivedRequest> Requests { get; } = new();

    public static async Task<ScriptedServer> StartAsync(Func<HttpContext, Task> answer, Action<ListenOptions>? listen = null, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, port, options => listen?.Invoke(options));
        });
        var app = builder.Build();
        var server = new ScriptedServer(app);
        app.UseWebSockets();
        app.Run(async context =>
        {
            var body = "";
            if (context.Request.ContentLength > 0 || context.Request.Headers.TransferEncoding.Count > 0)
            {
                using var reader = new StreamReader(context.Request.Body);
                body = await reader.ReadToEndAsync(context.RequestAborted);
            }

            server.Requests.Enqueue(new ReceivedRequest(
                context.Request.Method,
                context.Request.Path.Value ?? "",
                context.Request.Query.ToDictionary(q => q.Key, q => q.Value.ToString()),
                context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                body));
            await answer(context);
        });
        await app.StartAsync();
        return server;
    }

    /// <summary>A server that gives its answers one after the other; asked more often, it answers 418.</summary>
    public static Task<ScriptedServer> StartAsync(params Func<HttpContext, Task>[] answers)
    {
        var next = -1;
        return StartAsync(context => Interlocked.Increment(ref next) is var index && index < answers.Length
            ? answers[index](context)
            : Answer.Json(418, """{"message":"the script has ended"}""")(context));
    }

    /// <summary>A server on a port that the test has chosen.</summary>
    public static Task<ScriptedServer> StartAsync(int port, Func<HttpContext, Task> answer) => StartAsync(answer, listen: null, port);

    public KubernetesClientConfiguration Configuration() => new() { Server = Address, Source = "the test", Credentials = StaticCredentials.FromToken("t") };

    public KubernetesClient Client(KubernetesClientOptions? options = null, TimeProvider? time = null) =>
        new(Configuration(), options: options ?? new KubernetesClientOptions { FirstPause = TimeSpan.FromMilliseconds(1) }, time: time);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
