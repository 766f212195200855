using System.CommandLine;
using System.Text.Json;
using BackupServer.Cli.Repositories;
using BackupServer.Cli.Running;
using BackupServer.Repository.Inspecting;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary><c>repository cat</c>: an object of the format, decrypted.</summary>
internal static class RepositoryCatCommand
{
    private static readonly string[] Kinds = ["config", "index", "snapshot", "tree", "blob", "pack", "key", "masterkey", "lock"];
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create(CommandContext context, RepositoryLocationOptions options)
    {
        var kind = new Argument<string>("OBJECT") { Description = string.Join(", ", Kinds) }.AcceptOnlyFromAmong(Kinds);
        var name = new Argument<string?>("ID") { Description = "its id or the beginning of it; of a tree SNAPSHOT[:PATH]; of a blob the whole id", Arity = ArgumentArity.ZeroOrOne };
        var command = RepositoryVerb.Create("cat", "Prints an object of the repository as it is stored, decrypted: JSON, or the bytes of a blob or pack.", ExitCodes.NotFound)
            .WithExamples("cat config", "cat snapshot latest", "cat tree latest:/etc", "cat pack 1a2b3c4d > pack");
        command.Add(kind);
        command.Add(name);
        command.SetRepositoryAction(context, options, (parsed, address, cancellationToken) =>
        {
            var (what, id) = (parsed.GetValue(kind)!, parsed.GetValue(name));
            return (id is null) == what is "config" or "masterkey"
                ? RunAsync(address, what, id ?? "", cancellationToken)
                : throw CommandException.Usage(id is null ? $"say which {what}: cat {what} ID" : $"there is one {what} only: it has no id");
        });
        return command;
    }

    public static async Task<int> RunAsync(RepositoryAddress address, string kind, string name, CancellationToken cancellationToken)
    {
        await using var opened = await address.OpenAsync(cancellationToken);
        await opened.ShareAsync(cancellationToken);
        if (kind is "tree" or "blob")
        {
            await opened.Repository.LoadIndexAsync(cancellationToken);
        }

        var inspector = new RepositoryInspector(opened.Repository);
        var (snapshot, path) = SnapshotPath.Parse(name);
        var content = kind switch
        {
            "config" => await inspector.ReadConfigAsync(cancellationToken),
            "masterkey" => inspector.ReadMasterKey(),
            "key" => await inspector.ReadKeyAsync(name, cancellationToken),
            "lock" => await inspector.ReadLockAsync(name, cancellationToken),
            "index" => await inspector.ReadIndexAsync(name, cancellationToken),
            "snapshot" => await inspector.ReadSnapshotAsync(name, cancellationToken),
            "tree" => await inspector.ReadTreeAsync(snapshot, path, cancellationToken),
            "blob" => await inspector.ReadBlobAsync(name, cancellationToken),
            _ => (await inspector.ReadPackAsync(name, cancellationToken)).Content,
        };
        if (kind is "blob" or "pack")
        {
            await using var output = address.Terminal.OpenBinaryOut();
            await output.WriteAsync(content, cancellationToken);
        }
        else
        {
            using var document = JsonDocument.Parse(content);
            await address.Terminal.Out.WriteLineAsync(address.Json ? document.RootElement.GetRawText().Trim() : JsonSerializer.Serialize(document.RootElement, Indented));
        }

        return ExitCodes.Ok;
    }
}
