using System.CommandLine;
using System.Text.Json.Nodes;
using BackupServer.Cli.Output;
using BackupServer.Cli.Running;
using BackupServer.Repository.ObjectStores;

namespace BackupServer.Cli.Commands.Backups;

/// <summary><c>backup cat</c>: one object as it was backed up.</summary>
internal static class BackupCatCommand
{
    public static Command Create(CommandContext context)
    {
        var contents = new ContentsOptions();
        var resource = new Argument<string>("RESOURCE") { Description = "resource.group, for example deployments.apps" };
        var name = new Argument<string>("NS/OBJECT") { Description = "namespace/name, or the name of a cluster-scoped object" };
        var output = new Option<OutputFormat>("--output", "-o") { Description = "json or yaml", HelpName = "FORMAT", DefaultValueFactory = static _ => OutputFormat.Json };
        output.AcceptOnlyFromAmong("json", "yaml");
        var command = new VerbCommand("cat", "Prints one object of a backup.", ExitCodes.NotFound, ExitCodes.WrongPassword) { resource, name, output };
        contents.AddTo(command);
        command.SetClusterAction(context, (parsed, cluster, cancellationToken) => RunAsync(
            cluster, contents.Name(parsed), contents.ServerNamespace(parsed), parsed.GetValue(resource)!, parsed.GetValue(name)!, parsed.GetValue(output), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(
        Cluster cluster, string name, string? serverNamespace, string resource, string objectName, OutputFormat format, CancellationToken cancellationToken)
    {
        await using var backup = await BackupContents.OpenAsync(cluster, name, serverNamespace, cancellationToken);
        var (ns, wanted) = objectName.Split('/', 2) is [var before, var after] ? (before, after) : ("", objectName);
        var line = await backup.ReadIndexAsync(cancellationToken).FirstOrDefaultAsync(Matches, cancellationToken)
            ?? throw CommandException.NotFound($"backup \"{name}\" has no {resource} {objectName}; 'backupctl backup ls {name} -o name' lists its objects");
        var node = JsonNode.Parse(await backup.ReadObjectAsync(line, cancellationToken))!;
        if (format == OutputFormat.Yaml)
        {
            YamlText.Write(node, cluster.Terminal.Out);
        }
        else
        {
            await cluster.Terminal.Out.WriteLineAsync(JsonText.Document(node));
        }

        return ExitCodes.Ok;

        bool Matches(IndexLine candidate) =>
            candidate.Name == wanted && candidate.Namespace == ns && (candidate.Reference.Resource.ToString() == resource || candidate.Resource == resource);
    }
}
