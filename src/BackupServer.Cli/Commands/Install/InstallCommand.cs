using System.CommandLine;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Install;

/// <summary><c>install --crds-only</c>: the definitions of our kinds.</summary>
internal static class InstallCommand
{
    public static Command Create(CommandContext context)
    {
        var crdsOnly = new Option<bool>("--crds-only") { Description = "install the custom resource definitions and nothing else", Required = true };
        var timeout = new Option<int>("--timeout") { Description = "seconds to wait until each definition is established", HelpName = "S", DefaultValueFactory = _ => 60 };
        var command = new VerbCommand("install", "Installs into a cluster, or brings an installation up to date.") { crdsOnly, timeout };
        command.SetClusterAction(context, (parsed, cluster, cancellationToken) =>
            parsed.GetValue(crdsOnly)
                ? RunAsync(cluster, TimeSpan.FromSeconds(parsed.GetValue(timeout)), cancellationToken)
                : throw CommandException.Usage("only --crds-only can be installed by this command; server and agents are installed with the Helm chart or started with --kubeconfig"));
        return command;
    }

    public static async Task<int> RunAsync(Cluster cluster, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var definitions = CustomResourceDefinition.All();
        foreach (var definition in definitions)
        {
            await cluster.Terminal.Out.WriteLineAsync($"customresourcedefinition.apiextensions.k8s.io/{definition.Name} {await definition.ApplyAsync(cluster.Client, cancellationToken)}");
        }

        foreach (var definition in definitions)
        {
            await definition.WaitAsync(cluster.Client, timeout, cluster.Time, cancellationToken);
        }

        return ExitCodes.Ok;
    }
}
