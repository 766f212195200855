using BackupServer.Cli.Output;
using BackupServer.Repository.Archiving;

namespace BackupServer.Cli.Repositories;

/// <summary>Tells every file of a backup as it is done: what <c>--verbose</c> asks for. Any thread.</summary>
internal sealed class ArchivedEntryLines(RepositoryAddress address) : IProgress<ArchivedEntry>
{
    private readonly Lock _gate = new();

    /// <inheritdoc/>
    public void Report(ArchivedEntry value)
    {
        var action = value.Kind switch
        {
            ArchivedEntryKind.New => "new",
            ArchivedEntryKind.Changed => "modified",
            _ => "unchanged",
        };
        var line = address.Json
            ? JsonText.Line(new { message_type = "verbose_status", action, item = value.Path.ToString(), data_size = value.Size })
            : $"{action,-9} {value.Path} ({Quantities.Bytes((long)value.Size)})";
        lock (_gate)
        {
            address.Terminal.Out.WriteLine(line);
        }
    }
}
