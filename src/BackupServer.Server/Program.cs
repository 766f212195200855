using System.CommandLine;
using BackupServer.Abstractions.Objects;
using BackupServer.Kubernetes.Configuration;
using BackupServer.Server;
using BackupServer.Server.Hosting;

var kubeconfig = new Option<string?>("--kubeconfig") { Description = "kubeconfig file; without it the pod's ServiceAccount, or $KUBECONFIG" };
var context = new Option<string?>("--context") { Description = "kubeconfig context" };
var ns = new Option<string>("--namespace", "-n") { Description = "namespace of the server, its locations and the agents' work", DefaultValueFactory = _ => Environment.GetEnvironmentVariable("POD_NAMESPACE") ?? "backup-system" };
var cluster = new Option<string>("--cluster-name") { Description = "name of the cluster, recorded in snapshots", DefaultValueFactory = _ => "kubernetes" };
var identity = new Option<string>("--identity") { Description = "name of this process among the servers", DefaultValueFactory = _ => Environment.GetEnvironmentVariable("POD_NAME") ?? $"{Environment.MachineName}-{Environment.ProcessId}" };
var backups = new Option<int>("--concurrent-backups") { Description = "backups that run at the same time", DefaultValueFactory = _ => 2 };
var restores = new Option<int>("--concurrent-restores") { Description = "restores that run at the same time", DefaultValueFactory = _ => 2 };
var optOut = new Option<bool?>("--default-volumes-to-fs-backup")
{
    Description = "where a backup does not say: true copies the files of volumes unless opted out, false only those opted in, knowingly; unset copies as false, but bound claims that nobody opted in make a backup PartiallyFailed",
};
var skip = new Option<bool>("--schedule-skip-immediately") { Description = "what an absent skipImmediately of a schedule means" };
var image = new Option<string>("--holder-image") { Description = "image of the pods that hold a claim mounted while its data is written", DefaultValueFactory = _ => "busybox:1.36" };
var holder = new Option<string[]>("--holder-command") { Description = "command of these pods; may be repeated for its arguments", DefaultValueFactory = _ => ["sleep", "infinity"] };
var spool = new Option<string>("--spool") { Description = "directory for objects on their way into a repository (encrypted)", DefaultValueFactory = _ => Path.GetTempPath() };
var plugins = new Option<string[]>("--plugins") { Description = "directory with plugins; may be repeated", DefaultValueFactory = _ => [] };
var leaseDuration = Duration("--lease-duration", "how long the other servers wait after the leader's last sign of life", TimeSpan.FromSeconds(15));
var renewDeadline = Duration("--renew-deadline", "after so long without a renewal the leader stops; less than --lease-duration", TimeSpan.FromSeconds(10));
var retryPeriod = Duration("--retry-period", "pause between two tries to become or to stay leader; less than --renew-deadline", TimeSpan.FromSeconds(2));
var listen = new Option<string>("--listen") { Description = "address of /healthz, /readyz and /leader", DefaultValueFactory = _ => "http://127.0.0.1:8085" };
listen.Validators.Add(given =>
{
    if (!IsAddress(given.GetValueOrDefault<string>()))
    {
        given.AddError($"--listen: \"{given.GetValueOrDefault<string>()}\" is no address such as http://127.0.0.1:8085");
    }
});

var command = new RootCommand("Backs up and restores applications on Kubernetes. Exit codes: 0 stopped, 1 error, 2 usage.")
{
    kubeconfig, context, ns, cluster, identity, backups, restores, optOut, skip, image, holder, spool, plugins, listen, leaseDuration, renewDeadline, retryPeriod,
};
command.SetAction(async (parsed, cancellationToken) =>
{
    if (!(parsed.GetValue(retryPeriod) < parsed.GetValue(renewDeadline) && parsed.GetValue(renewDeadline) < parsed.GetValue(leaseDuration)))
    {
        Console.Error.WriteLine("--lease-duration must be more than --renew-deadline, and that more than --retry-period: otherwise two servers could lead at once.");
        return 2;
    }

    try
    {
        var configuration = KubernetesClientConfiguration.BuildDefault(parsed.GetValue(kubeconfig), parsed.GetValue(context));
        var options = new ServerOptions
        {
            Namespace = parsed.GetValue(ns)!,
            ClusterName = parsed.GetValue(cluster)!,
            Identity = parsed.GetValue(identity)!,
            ConcurrentBackups = parsed.GetValue(backups),
            ConcurrentRestores = parsed.GetValue(restores),
            DefaultVolumesToFsBackup = parsed.GetValue(optOut),
            ScheduleSkipImmediately = parsed.GetValue(skip),
            HolderImage = parsed.GetValue(image)!,
            HolderCommand = parsed.GetValue(holder)!,
            SpoolDirectory = parsed.GetValue(spool)!,
            PluginDirectories = parsed.GetValue(plugins)!,
            Listen = parsed.GetValue(listen)!,
            LeaseDuration = parsed.GetValue(leaseDuration),
            RenewDeadline = parsed.GetValue(renewDeadline),
            RetryPeriod = parsed.GetValue(retryPeriod),
        };
        return await ServerHost.RunAsync(options, configuration, cancellationToken);
    }
    catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
    {
        return 0; // Told to stop before it had begun.
    }
    catch (Exception e) when (e is KubeconfigException or ListenException)
    {
        Console.Error.WriteLine(e.Message);
        return 1;
    }
});
var result = command.Parse(args);
if (result.Errors.Count == 0)
{
    return await result.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(25) });
}

foreach (var error in result.Errors)
{
    Console.Error.WriteLine(error.Message);
}

return 2;

static bool IsAddress(string text)
{
    try
    {
        return BindingAddress.Parse(text) is { Scheme: "http", Port: >= 0 and <= ushort.MaxValue };
    }
    catch (FormatException)
    {
        return false;
    }
}

static Option<TimeSpan> Duration(string name, string description, TimeSpan standard) => new(name)
{
    Description = $"{description} (such as {GoDuration.Format(standard)})",
    DefaultValueFactory = _ => standard,
    CustomParser = given =>
    {
        if (GoDuration.TryParse(given.Tokens[0].Value, out var value) && value > TimeSpan.Zero)
        {
            return value;
        }

        given.AddError($"{name}: \"{given.Tokens[0].Value}\" is no duration such as {GoDuration.Format(standard)}");
        return standard;
    },
};
