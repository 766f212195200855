using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using BackupServer.Cli.Running;
using BackupServer.Repository.Archiving;
using BackupServer.Repository.Snapshots;

namespace BackupServer.Cli.Repositories;

/// <summary>Options that say which files a backup takes and when it takes them for unchanged, as stock restic has them.</summary>
internal sealed class BackupOptions
{
    private readonly PatternOptions _excludes = new("exclude", "e", "leave out what matches");
    private readonly Option<string[]> _ifPresent = new("--exclude-if-present") { Description = "keep only this file of directories that have it, if it begins with the header; may be repeated", HelpName = "NAME[:HEADER]" };
    private readonly Option<bool> _caches = new("--exclude-caches") { Description = "keep only CACHEDIR.TAG of directories that it marks as caches" };
    private readonly Option<long?> _largerThan = ByteSizeOption.Create("--exclude-larger-than", "leave out larger files");
    private readonly Option<bool> _oneFileSystem = new("--one-file-system", "-x") { Description = "stay out of file systems that are mounted below" };
    private readonly Option<string[]> _filesFrom = new("--files-from") { Description = "file with a glob on each line of what to back up; - is standard input; may be repeated", HelpName = "FILE" };
    private readonly Option<string[]> _filesFromVerbatim = new("--files-from-verbatim") { Description = "file with a path on each line, taken as it is", HelpName = "FILE" };
    private readonly Option<string[]> _filesFromRaw = new("--files-from-raw") { Description = "file with paths that each end with a zero byte", HelpName = "FILE" };
    private readonly Option<bool> _force = new("--force", "-f") { Description = "read every file, whatever an earlier snapshot says" };
    private readonly Option<bool> _ignoreInode = new("--ignore-inode") { Description = "take a file for unchanged although its inode number differs" };
    private readonly Option<bool> _ignoreCtime = new("--ignore-ctime") { Description = "take a file for unchanged although its ctime differs" };
    private readonly Option<bool> _withAtime = new("--with-atime") { Description = "keep when files were last read" };
    private readonly Option<bool> _readSpecial = new("--read-special") { Description = "keep the bytes of block devices as files" };

    private readonly Option<bool> _skip = new("--skip-if-unchanged") { Description = "write no snapshot when nothing changed since the parent" };
    private readonly Option<int?> _readers = new("--read-concurrency") { Description = "files that are read at the same time (default: $RESTIC_READ_CONCURRENCY, or 4)", HelpName = "N" };
    private readonly Option<SnapshotGrouping?> _grouping = GroupingOption.Create("by what the parent is looked for (default: host,paths)");

    /// <summary>Declares the options.</summary>
    public void AddTo(Command command)
    {
        _excludes.AddTo(command);
        foreach (var option in new Option[]
        {
            _ifPresent, _caches, _largerThan, _oneFileSystem, _filesFrom, _filesFromVerbatim, _filesFromRaw, _force, _ignoreInode, _ignoreCtime, _withAtime, _readSpecial, _skip, _readers, _grouping,
        })
        {
            command.Add(option);
        }
    }

    /// <summary>The options with what was said; paths are those of the command line and of lists.</summary>
    public ArchiveOptions Read(ParseResult parsed, ArchiveOptions options, Terminal terminal)
    {
        var raw = PathList.ReadRaw(parsed.GetValue(_filesFromRaw) ?? [], terminal).ToLookup(static path => Utf8.IsValid(path.Span));
        IEnumerable<ExcludeMarker> markers = (parsed.GetValue(_ifPresent) ?? []).Select(Marker);
        return options with
        {
            Paths =
            [
                .. options.Paths,
                .. PathList.ReadGlobs(parsed.GetValue(_filesFrom) ?? [], terminal),
                .. PathList.ReadVerbatim(parsed.GetValue(_filesFromVerbatim) ?? [], terminal),
                .. raw[true].Select(static path => Encoding.UTF8.GetString(path.Span)),
            ],
            RawPaths = [.. raw[false]],
            Excludes = _excludes.Read(parsed, terminal),
            ExcludesIgnoringCase = _excludes.ReadIgnoringCase(parsed, terminal),
            ExcludeMarkers = parsed.GetValue(_caches) ? [.. markers, ExcludeMarker.Cache] : [.. markers],
            MaximumFileSize = parsed.GetValue(_largerThan) ?? long.MaxValue,
            StayOnFileSystem = parsed.GetValue(_oneFileSystem),
            ReadAll = parsed.GetValue(_force),
            IgnoreInode = parsed.GetValue(_ignoreInode),
            IgnoreChangeTime = parsed.GetValue(_ignoreCtime),
            RecordAccessTime = parsed.GetValue(_withAtime),
            SkipIfUnchanged = parsed.GetValue(_skip),
            Concurrency = Readers(parsed.GetValue(_readers)?.ToString(CultureInfo.InvariantCulture) ?? terminal.Variable("RESTIC_READ_CONCURRENCY")) ?? options.Concurrency,
            ReadDevices = parsed.GetValue(_readSpecial),
            ParentGrouping = parsed.GetValue(_grouping) ?? options.ParentGrouping,
        };
    }

    private static int? Readers(string? text) => string.IsNullOrEmpty(text)
        ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= 64
            ? count
            : throw CommandException.Usage($"'{text}' of --read-concurrency or $RESTIC_READ_CONCURRENCY is no number from 1 to 64");

    private static ExcludeMarker Marker(string text) => text.IndexOf(':') switch
    {
        < 0 => new ExcludeMarker(text, null),
        0 => throw CommandException.Usage($"'{text}' of --exclude-if-present names no file"),
        var colon => new ExcludeMarker(text[..colon], text[(colon + 1)..]),
    };
}
