using BackupServer.Repository.Files;
using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Restoring;

/// <summary>Which paths a restore wants.</summary>
internal sealed class RestoreFilter(RestoreOptions options)
{
    private readonly PathPatterns[] _includes = [new(options.Includes), new(options.IncludesIgnoringCase, ignoreCase: true)];
    private readonly PathPatterns[] _excludes = [new(options.Excludes), new(options.ExcludesIgnoringCase, ignoreCase: true)];

    /// <summary>Whether everything is wanted.</summary>
    public bool IsEmpty => !HasIncludes && options.Excludes.Count + options.ExcludesIgnoringCase.Count == 0;

    /// <summary>Whether only what matches is wanted.</summary>
    public bool HasIncludes => options.Includes.Count + options.IncludesIgnoringCase.Count > 0;

    /// <summary>Whether the entry is wanted, and for a directory that is not, whether something below it could be.</summary>
    public (bool Wanted, bool Enter) Decide(RestoreFrame directory, RawName name)
    {
        if (IsEmpty)
        {
            return (true, true);
        }

        RawName[] path = directory.PartsOf(name);
        if (_excludes.Any(patterns => patterns.IsMatch(path)))
        {
            return (false, false);
        }

        bool wanted = !HasIncludes || directory.Included || _includes.Any(patterns => patterns.IsMatch(path));
        return (wanted, wanted || _includes.Any(patterns => patterns.CouldMatchBelow(path)));
    }
}
