using System.CommandLine;
using BackupServer.Cli.Running;
using BackupServer.Repository.Pruning;

namespace BackupServer.Cli.Repositories;

/// <summary>Options that say how hard a prune tries, as stock restic has them.</summary>
internal sealed class PruningOptions
{
    // Four fifths of the size that packs are written in.
    private const long NearlyFull = (16L << 20) * 4 / 5;

    private readonly Option<string?> _maxUnused = new("--max-unused") { Description = "unused space that may stay: a part of what is used (5%), a size (2G), or unlimited (default: 5%)", HelpName = "LIMIT" };
    private readonly Option<long?> _maxRepack = ByteSizeOption.Create("--max-repack-size", "write at most this much anew; the next prune goes on");
    private readonly Option<bool> _small = new("--repack-small") { Description = "merge packs that are far from full" };
    private readonly Option<long?> _smallerThan = ByteSizeOption.Create("--repack-smaller-than", "merge packs that are smaller than this");
    private readonly Option<bool> _cacheable = new("--repack-cacheable-only") { Description = "write only packs of trees anew, which a cache may hold" };

    /// <summary>Declares the options.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _maxUnused, _maxRepack, _small, _smallerThan, _cacheable })
        {
            command.Add(option);
        }
    }

    /// <summary>What was said.</summary>
    /// <exception cref="CommandException">A limit is none.</exception>
    public PruneOptions Read(ParseResult parsed)
    {
        var options = new PruneOptions { MaximumRepack = parsed.GetValue(_maxRepack) ?? long.MaxValue, RepackTreesOnly = parsed.GetValue(_cacheable) };
        options = parsed.GetValue(_small) ? options with { SmallPackCount = 2, SmallPackSize = NearlyFull } : options;
        options = parsed.GetValue(_smallerThan) is { } size ? options with { SmallPackCount = 2, SmallPackSize = size } : options;
        return parsed.GetValue(_maxUnused) switch
        {
            null => options,
            var text when Percentage.TryParse(text, out var part) => options with { MaximumUnused = part },
            var text when ByteSizeOption.TryParse(text, out var bytes) && char.IsLetter(text[^1]) => options with { MaximumUnusedBytes = bytes },
            var text => throw CommandException.Usage($"'{text}' of --max-unused is neither a percentage such as 5%, nor a size such as 2G, nor unlimited"),
        };
    }
}
