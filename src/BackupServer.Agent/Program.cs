using System.CommandLine;
using BackupServer.Abstractions.Resources.VolumeBackups;
using BackupServer.Abstractions.Resources.VolumeRestores;
using BackupServer.Agent;
using BackupServer.Agent.Presence;
using BackupServer.Agent.Volumes;
using BackupServer.Agent.Work;
using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Configuration;
using BackupServer.PluginHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

var kubeconfig = new Option<string?>("--kubeconfig") { Description = "kubeconfig file; without it the pod's ServiceAccount, or $KUBECONFIG" };
var context = new Option<string?>("--context") { Description = "kubeconfig context" };
var ns = new Option<string>("--namespace", "-n") { Description = "namespace of the server", DefaultValueFactory = _ => Environment.GetEnvironmentVariable("POD_NAMESPACE") ?? "backup-system" };
var node = new Option<string>("--node-name") { Description = "node whose volumes this agent moves", DefaultValueFactory = _ => Environment.GetEnvironmentVariable("NODE_NAME") ?? "" };
var cluster = new Option<string>("--cluster-name") { Description = "name of the cluster, recorded in snapshots", DefaultValueFactory = _ => "kubernetes" };
var kubelet = new Option<string>("--kubelet-root") { Description = "the kubelet's directory", DefaultValueFactory = _ => "/var/lib/kubelet" };
var volumes = new Option<int>("--concurrent-volumes") { Description = "volumes moved at the same time", DefaultValueFactory = _ => 2 };
var plugins = new Option<string[]>("--plugins") { Description = "directory with plugins; may be repeated", DefaultValueFactory = _ => [] };

var command = new RootCommand("Moves the data of volumes mounted on one node. Exit codes: 0 stopped, 1 error, 2 usage.") { kubeconfig, context, ns, node, cluster, kubelet, volumes, plugins };
command.SetAction((parsed, cancellationToken) =>
{
    if (parsed.GetValue(node) is not { Length: > 0 } name)
    {
        Console.Error.WriteLine("The node's name is needed: --node-name NAME, or the environment variable NODE_NAME.");
        return Task.FromResult(2);
    }

    var options = new AgentOptions
    {
        Namespace = parsed.GetValue(ns)!,
        Node = name,
        ClusterName = parsed.GetValue(cluster)!,
        KubeletRoot = parsed.GetValue(kubelet)!,
        ConcurrentVolumes = parsed.GetValue(volumes),
        PluginDirectories = parsed.GetValue(plugins)!,
    };
    return RunAsync(options, parsed.GetValue(kubeconfig), parsed.GetValue(context), cancellationToken);
});
var result = command.Parse(args);
return result.Errors.Count > 0 ? Usage(result) : await result.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(25) });

static int Usage(ParseResult result)
{
    foreach (var error in result.Errors)
    {
        Console.Error.WriteLine(error.Message);
    }

    return 2;
}

static async Task<int> RunAsync(AgentOptions options, string? kubeconfig, string? context, CancellationToken cancellationToken)
{
    try
    {
        var configuration = KubernetesClientConfiguration.BuildDefault(kubeconfig, context);
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders().AddSimpleConsole(OneLine);
        using var logs = LoggerFactory.Create(l => l.AddSimpleConsole(OneLine));
        using var catalog = await PluginCatalog.LoadAsync(
            options.PluginDirectories.Count > 0 ? new PluginHostOptions { Directories = options.PluginDirectories } : new PluginHostOptions(), logs, TimeProvider.System, cancellationToken);
        builder.Services.AddSingleton(options).AddSingleton(TimeProvider.System).AddSingleton(catalog)
            .AddSingleton(services => new KubernetesClient(configuration, services.GetRequiredService<ILogger<KubernetesClient>>()))
            .AddSingleton(new VolumeDirectories(options.KubeletRoot))
            .AddSingleton<WorkTargets>().AddSingleton<NodeLease>()
            .AddSingleton<IWorkKind<VolumeBackup>, VolumeBackupKind>().AddSingleton<IWorkKind<VolumeRestore>, VolumeRestoreKind>()
            .AddHostedService<AgentService>();
        using var host = builder.Build();
        await host.RunAsync(cancellationToken);
        return 0;
    }
    catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
    {
        return 0; // Told to stop before it had begun.
    }
    catch (KubeconfigException e)
    {
        Console.Error.WriteLine(e.Message);
        return 1;
    }
}

static void OneLine(SimpleConsoleFormatterOptions console)
{
    console.SingleLine = true;
    console.TimestampFormat = "yyyy-MM-ddTHH:mm:ssZ ";
    console.UseUtcTimestamp = true;
}
