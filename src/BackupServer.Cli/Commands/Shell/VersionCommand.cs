using System.CommandLine;
using System.Reflection;
using BackupServer.Cli.Running;
using BackupServer.Kubernetes.Configuration;
using BackupServer.Kubernetes.Errors;

namespace BackupServer.Cli.Commands.Shell;

/// <summary><c>version</c>: of this program, and of the cluster where one can be reached.</summary>
internal static class VersionCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Version of this program.</summary>
    public static string Own { get; } = Assembly.GetExecutingAssembly().GetName().Version!.ToString(3);

    public static Command Create(CommandContext context)
    {
        var client = new Option<bool>("--client") { Description = "only of this program; asks no cluster" };
        var command = new VerbCommand("version", "Prints the version of this program, and of the cluster's API server.") { client };
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(context, parsed.GetValue(client) ? null : () => context.Cluster.Connect(parsed, context), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(CommandContext context, Func<Cluster>? connect, CancellationToken cancellationToken)
    {
        await context.Terminal.Out.WriteLineAsync($"backupctl {Own}");
        if (connect is not null)
        {
            await context.Terminal.Out.WriteLineAsync($"cluster {await ClusterVersionAsync(context, connect, cancellationToken)}");
        }

        return ExitCodes.Ok;
    }

    /// <summary>No cluster is no error here: the version of this program was told.</summary>
    private static async Task<string> ClusterVersionAsync(CommandContext context, Func<Cluster> connect, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Patience, context.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var cluster = connect();
            return await cluster.Client.GetServerVersionAsync(linked.Token);
        }
        catch (Exception e) when (e is KubeconfigException or KubernetesException)
        {
            return $"not reached: {e.Message}";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"not reached: no answer within {Patience.TotalSeconds:0} s";
        }
    }
}
