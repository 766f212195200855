using System.CommandLine;
using System.Globalization;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Repositories;

/// <summary>Options that say which repository, with which password, and how to work with it; declared once, understood by all verbs.</summary>
internal sealed class RepositoryLocationOptions
{
    private const int SmallestPack = 4;
    private const int LargestPack = 128;

    private readonly RepositoryNameOptions _names = RepositoryNameOptions.OfTarget();
    private readonly Option<bool> _json = new("--json") { Description = "print the result as JSON (docs/repository-json.md tells the fields)", Recursive = true };
    private readonly Option<bool> _noLock = new("--no-lock") { Description = "do not lock: for reading from a read-only place", Recursive = true };
    private readonly Option<TimeSpan?> _retryLock = DurationOption.Optional("--retry-lock", "wait so long for others to finish, such as 10m, before giving up with 11");
    private readonly Option<string?> _packSize = new("--pack-size")
    {
        Description = $"size of new packs in MiB, {SmallestPack} to {LargestPack} (default: $RESTIC_PACK_SIZE, or 16)",
        HelpName = "MIB",
        Recursive = true,
    };

    private readonly Option<bool> _noCache = new("--no-cache") { Description = "nothing: there is no cache; taken so that commands for stock restic run as they are", Recursive = true };
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "show no progress", Recursive = true };

    /// <summary>Declares the options.</summary>
    public void AddTo(Command command)
    {
        _names.AddTo(command);
        _retryLock.Recursive = true;
        foreach (var option in new Option[] { _json, _noLock, _retryLock, _packSize, _noCache, _quiet })
        {
            command.Add(option);
        }
    }

    /// <summary>What was said, on the command line or by the environment. The password is read now.</summary>
    /// <exception cref="CommandException">Repository or password is missing.</exception>
    public async Task<RepositoryAddress> ReadAsync(ParseResult parsed, CommandContext context, CancellationToken cancellationToken) => new()
    {
        Repo = await _names.ReadRepositoryAsync(parsed, context.Terminal, cancellationToken),
        Password = await _names.ReadPasswordAsync(parsed, context.Terminal, isNew: parsed.CommandResult.Command is VerbCommand { Name: "init" }, cancellationToken),
        Json = parsed.GetValue(_json),
        NoLock = parsed.GetValue(_noLock),
        RetryLock = parsed.GetValue(_retryLock) ?? TimeSpan.Zero,
        PackSize = PackSize(parsed.GetValue(_packSize) ?? context.Terminal.Variable("RESTIC_PACK_SIZE")),
        Quiet = parsed.GetValue(_quiet),
        Terminal = context.Terminal,
        Time = context.Time,
    };

    private static int? PackSize(string? text) => string.IsNullOrEmpty(text)
        ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size is >= SmallestPack and <= LargestPack
            ? size << 20
            : throw CommandException.Usage($"'{text}' of --pack-size or $RESTIC_PACK_SIZE is no number of MiB from {SmallestPack} to {LargestPack}");
}
