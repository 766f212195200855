using System.CommandLine;
using BackupServer.Cli.Output;
using BackupServer.Cli.Running;
using BackupServer.Repository.ObjectStores;

namespace BackupServer.Cli.Commands.Backups;

/// <summary><c>backup ls</c>: the objects of a backup.</summary>
internal static class BackupLsCommand
{
    public static Command Create(CommandContext context)
    {
        var contents = new ContentsOptions();
        var resource = new Argument<string?>("RESOURCE") { Description = "only of this resource: deployments.apps, secrets", Arity = ArgumentArity.ZeroOrOne };
        var output = OutputOption.Create();
        var command = new VerbCommand("ls", "Lists the objects of a backup; -o name as 'backup cat' takes them.", ExitCodes.NotFound, ExitCodes.WrongPassword) { resource, output };
        contents.AddTo(command);
        command.SetClusterAction(context, (parsed, cluster, cancellationToken) =>
            RunAsync(cluster, contents.Name(parsed), contents.ServerNamespace(parsed), parsed.GetValue(resource), parsed.GetValue(output), cancellationToken));
        return command;
    }

    public static async Task<int> RunAsync(
        Cluster cluster, string name, string? serverNamespace, string? resource, OutputFormat format, CancellationToken cancellationToken)
    {
        await using var backup = await BackupContents.OpenAsync(cluster, name, serverNamespace, cancellationToken);
        var kinds = new SortedSet<string>(StringComparer.Ordinal);
        var found = false;
        var lines = backup.ReadIndexAsync(cancellationToken).Where(IsWanted);
        if (format is OutputFormat.Table or OutputFormat.Wide)
        {
            var table = new TextTable("RESOURCE", "VERSION", "NAMESPACE", "NAME", "BYTES");
            await foreach (var line in lines)
            {
                table.Add(line.Reference.Resource.ToString(), line.Version, line.Namespace, line.Name, $"{line.Length}");
            }

            if (found || resource is null)
            {
                table.Write(cluster.Terminal.Out);
            }
        }
        else
        {
            await foreach (var line in lines)
            {
                await cluster.Terminal.Out.WriteLineAsync(Text(line, format));
            }
        }

        return found || resource is null
            ? ExitCodes.Ok
            : throw CommandException.NotFound($"backup \"{name}\" holds no \"{resource}\"; it holds {(kinds.Count == 0 ? "nothing" : string.Join(", ", kinds))}");

        bool IsWanted(IndexLine line)
        {
            kinds.Add(line.Reference.Resource.ToString());
            var wanted = resource is null || resource == line.Reference.Resource.ToString() || resource == line.Resource;
            found |= wanted;
            return wanted;
        }
    }

    /// <summary>There may be very many: json is one object a line, yaml one document each, so that nothing has to hold them all.</summary>
    private static string Text(IndexLine line, OutputFormat format)
    {
        if (format == OutputFormat.Name)
        {
            return $"{line.Reference.Resource} {(line.Namespace.Length == 0 ? "" : line.Namespace + "/")}{line.Name}";
        }

        if (format == OutputFormat.Json)
        {
            return JsonText.Line(line);
        }

        using var yaml = new StringWriter();
        YamlText.Write(JsonText.Node(line), yaml);
        return $"---\n{yaml.ToString().TrimEnd()}";
    }
}
