using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using BackupServer.Cli.Output;
using BackupServer.Cli.Running;
using BackupServer.Kubernetes.Configuration;
using BackupServer.Kubernetes.Errors;

namespace BackupServer.Cli.Commands.Shell;

/// <summary><c>version</c>: of this program, and of the cluster where one can be reached.</summary>
internal static class VersionCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Version of this program.</summary>
    public static string Own { get; } = Assembly.GetExecutingAssembly().GetName().Version!.ToString(3);

    public static Command Create(CommandContext context)
    {
        var client = new Option<bool>("--client") { Description = "only of this program; asks no cluster" };
        var output = OutputOption.CreateForDocuments("clientVersion {gitVersion, platform}, and serverVersion {gitVersion} or serverError");
        var command = new VerbCommand("version", "Prints the version of this program, and of the cluster's API server.")
        {
            client, output,
        };
        command.Examples = ["backupctl version", "backupctl version --client -o json", "backupctl version -o json | jq -r .serverVersion.gitVersion"];
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(context, parsed.GetValue(output), parsed.GetValue(client) ? null : () => context.Cluster.Connect(parsed, context), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(CommandContext context, OutputFormat format, Func<Cluster>? connect, CancellationToken cancellationToken)
    {
        if (format is OutputFormat.Json or OutputFormat.Yaml)
        {
            var document = await DocumentAsync(context, connect, cancellationToken);
            if (format == OutputFormat.Json)
            {
                await context.Terminal.Out.WriteLineAsync(JsonText.Document<JsonNode>(document));
            }
            else
            {
                YamlText.Write(document, context.Terminal.Out);
            }

            return ExitCodes.Ok;
        }

        await context.Terminal.Out.WriteLineAsync($"backupctl {Own}");
        if (connect is not null)
        {
            var (version, error) = await ClusterVersionAsync(context, connect, cancellationToken);
            await context.Terminal.Out.WriteLineAsync($"cluster {version ?? $"not reached: {error}"}");
        }

        return ExitCodes.Ok;
    }

    /// <summary>With the names of fields that <c>kubectl version</c> uses.</summary>
    private static async Task<JsonObject> DocumentAsync(CommandContext context, Func<Cluster>? connect, CancellationToken cancellationToken)
    {
        var machine = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? "amd64" : RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        var document = new JsonObject { ["clientVersion"] = new JsonObject { ["gitVersion"] = $"v{Own}", ["platform"] = $"linux/{machine}" } };
        if (connect is not null)
        {
            var (version, error) = await ClusterVersionAsync(context, connect, cancellationToken);
            document[version is null ? "serverError" : "serverVersion"] = version is null ? error : new JsonObject { ["gitVersion"] = version };
        }

        return document;
    }

    /// <summary>No cluster is no error here: the version of this program was told.</summary>
    private static async Task<(string? Version, string? Error)> ClusterVersionAsync(CommandContext context, Func<Cluster> connect, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Patience, context.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var cluster = connect();
            return (await cluster.Client.GetServerVersionAsync(linked.Token), null);
        }
        catch (Exception e) when (e is KubeconfigException or KubernetesException)
        {
            return (null, e.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, $"no answer within {Patience.TotalSeconds:0} s");
        }
    }
}
