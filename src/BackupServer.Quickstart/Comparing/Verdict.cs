using BackupServer.Repository.Files;

namespace BackupServer.Quickstart.Comparing;

/// <summary>Adds up what was compared.</summary>
internal sealed class Verdict
{
    private readonly List<string> _differences = [];

    /// <summary>Objects that were compared.</summary>
    public long Objects { get; private set; }

    /// <summary>Files, directories and others that were compared.</summary>
    public long Files { get; private set; }

    /// <summary>Bytes of the files.</summary>
    public long Bytes { get; private set; }

    /// <summary>All differences.</summary>
    public IReadOnlyList<string> Differences => _differences;

    /// <summary>Compares the objects of two states.</summary>
    public string Compare(string where, ApplicationState expected, ApplicationState actual)
    {
        var found = expected.DifferencesTo(actual).Select(d => $"{where}: {d}").ToList();
        _differences.AddRange(found);
        Objects += expected.Count;
        return $"{expected.Count} objects, {found.Count} differences";
    }

    /// <summary>Compares the files of two directories.</summary>
    public string Compare(string where, string expected, string actual, CancellationToken cancellationToken)
    {
        var comparison = new TreeComparer(new TreeComparerOptions { Owner = Environment.IsPrivilegedProcess }).Compare(expected, actual, cancellationToken);
        _differences.AddRange(comparison.Differences.Select(d => $"{where}: {d}"));
        Files += comparison.Entries;
        Bytes += comparison.Bytes;
        return $"{comparison.Entries} files, {comparison.DifferenceCount} differences";
    }
}
