using BackupServer.Repository.Files;
using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Restoring;

/// <summary>Which paths a restore wants.</summary>
internal sealed class RestoreFilter(RestoreOptions options)
{
    private readonly PathGlob[] _includes = [.. options.Includes.Select(PathGlob.Parse)];
    private readonly PathGlob[] _excludes = [.. options.Excludes.Select(PathGlob.Parse)];

    /// <summary>Whether everything is wanted.</summary>
    public bool IsEmpty => _includes.Length == 0 && _excludes.Length == 0;

    /// <summary>Whether the entry is wanted, and for a directory that is not, whether something below it could be.</summary>
    public (bool Wanted, bool Enter) Decide(RestoreFrame directory, RawName name)
    {
        if (IsEmpty)
        {
            return (true, true);
        }

        RawName[] path = directory.PartsOf(name);
        if (_excludes.Any(exclude => exclude.IsMatch(path)))
        {
            return (false, false);
        }

        bool wanted = _includes.Length == 0 || directory.Included || _includes.Any(include => include.IsMatch(path));
        return (wanted, wanted || _includes.Any(include => include.CouldMatchBelow(path)));
    }
}
