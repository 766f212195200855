using System.CommandLine;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Install;

/// <summary><c>install --crds-only</c>: the definitions of our kinds.</summary>
internal static class InstallCommand
{
    public static Command Create(CommandContext context)
    {
        var crdsOnly = new Option<bool>("--crds-only") { Description = "install the custom resource definitions and nothing else" };
        var timeout = new Option<int>("--timeout") { Description = "seconds to wait until each definition is established", HelpName = "S", DefaultValueFactory = _ => 60 };
        var command = new VerbCommand("install", "Installs into a cluster, or brings an installation up to date.") { crdsOnly, timeout };
        command.Validators.Add(result =>
        {
            if (!result.GetValue(crdsOnly))
            {
                result.AddError("say --crds-only: server and agents are not installed by this command; they are started in pods, or anywhere with --kubeconfig");
            }
        });
        command.SetClusterAction(context, (parsed, cluster, cancellationToken) => RunAsync(cluster, TimeSpan.FromSeconds(parsed.GetValue(timeout)), cancellationToken));
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
