using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Configuration;
using BackupServer.Kubernetes.Errors;
using BackupServer.PluginHost;
using BackupServer.Server.Clusters;
using BackupServer.Server.Locations;
using BackupServer.Server.Reconcilers;
using BackupServer.Server.Schedules;
using Microsoft.Extensions.Logging.Console;
using Quartz;

namespace BackupServer.Server.Hosting;

/// <summary>Puts the server together.</summary>
internal static class ServerHost
{
    /// <summary>Runs the server until it is told to stop.</summary>
    /// <returns>The process's exit code.</returns>
    /// <exception cref="ListenException">The address of the health endpoints cannot be had; nothing was begun.</exception>
    public static async Task<int> RunAsync(ServerOptions options, KubernetesClientConfiguration configuration, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddSimpleConsole(OneLine);
        // The host's own errors are those of its start, and are told in one line by whoever catches them.
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical).AddFilter("Quartz", LogLevel.Warning);
        builder.WebHost.UseUrls(options.Listen);
        builder.AddQuartz(quartz => quartz.AddJob<TickJob>(job => job.WithIdentity(TickJob.Key).StoreDurably()));
        builder.AddQuartzHostedService(quartz => quartz.WaitForJobsToComplete = true);

        using var logs = LoggerFactory.Create(l => l.AddSimpleConsole(OneLine));
        var directories = options.PluginDirectories.Count > 0 ? new PluginHostOptions { Directories = options.PluginDirectories } : new PluginHostOptions();
        using var plugins = await PluginCatalog.LoadAsync(directories, logs, TimeProvider.System, cancellationToken);
        builder.Services.AddSingleton(options).AddSingleton(TimeProvider.System).AddSingleton(plugins)
            .AddSingleton(services => new KubernetesClient(configuration, services.GetRequiredService<ILogger<KubernetesClient>>()))
            .AddSingleton<LocationAccess>().AddSingleton<Lookups>().AddSingleton<ClusterIdentity>().AddSingleton<ScheduleClock>().AddSingleton<Controllers>()
            .AddSingleton<Leadership>().AddHostedService(services => services.GetRequiredService<Leadership>());

        await using var app = builder.Build();
        app.MapGet("/healthz", () => "ok");
        app.MapGet("/readyz", async (KubernetesClient client, CancellationToken ct) =>
        {
            try
            {
                return Results.Text(await client.GetServerVersionAsync(ct));
            }
            catch (KubernetesException e)
            {
                return Results.Text(e.Message, statusCode: StatusCodes.Status503ServiceUnavailable);
            }
        });
        app.MapGet("/leader", (Leadership leadership) => leadership.IsLeader ? "leading" : "following");
        await StartAsync(app, options.Listen, cancellationToken);
        await app.WaitForShutdownAsync(cancellationToken);
        return Environment.ExitCode;
    }

    private static void OneLine(SimpleConsoleFormatterOptions console)
    {
        console.SingleLine = true;
        console.TimestampFormat = "yyyy-MM-ddTHH:mm:ssZ ";
        console.UseUtcTimestamp = true;
    }

    private static async Task StartAsync(WebApplication app, string address, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception e) when (ListenException.Why(e) is { } why)
        {
            throw new ListenException($"cannot listen on {address} for /healthz, /readyz and /leader: {why}", e);
        }
    }
}
