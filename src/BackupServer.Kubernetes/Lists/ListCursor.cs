using BackupServer.Abstractions.Objects;

namespace BackupServer.Kubernetes.Lists;

/// <summary>How far a list has come, and what is needed to go on after a break without losing or doubling an object.</summary>
internal sealed class ListCursor
{
    private const int MaxFruitlessResumptions = 5;

    private ListKey? _last;
    private ListKey? _passOver;
    private long _delivered;
    private long _deliveredAtResumption;
    private int _fruitless;

    /// <summary>Token of the page to read; null for the first.</summary>
    public string? Continue { get; private set; }

    /// <summary>Whether the server lists in the order of names, as far as can be seen.</summary>
    public bool Sorted { get; private set; } = true;

    /// <summary>Whether the page at hand broke off and has to be asked for again.</summary>
    public bool Broken { get; private set; }

    /// <summary>All pages were read.</summary>
    public bool Finished { get; private set; }

    /// <summary>Whether anything was read, so that a failure is one in the middle.</summary>
    public bool HasBegun => _last is not null || Continue is not null;

    /// <summary>A page begins to arrive.</summary>
    public void Begin() => Broken = false;

    /// <summary>Notes an item that arrived; false when it was delivered before.</summary>
    public bool Take(RawObject item)
    {
        var key = ListKey.Of(item.Name);
        if (_passOver is { } delivered)
        {
            if (!key.IsAfter(delivered))
            {
                return false;
            }

            _passOver = null;
        }

        Sorted &= _last is not { } last || key.IsAfter(last);
        _last = key;
        _delivered++;
        return true;
    }

    /// <summary>The page was read to its end.</summary>
    public void Next(string token)
    {
        Finished = token.Length == 0;
        Continue = token;
        _fruitless = 0;
    }

    /// <summary>The page broke off: it has to be asked for again. False when that has been tried in vain too often.</summary>
    public bool ReadPageAgain()
    {
        Broken = true;
        return Resume();
    }

    /// <summary>
    /// The state is lost: go on with the token the server offers, or from the start, passing over what was delivered. False when
    /// that has been tried in vain too often.
    /// </summary>
    public bool GoOnInconsistently(string? token)
    {
        Continue = string.IsNullOrEmpty(token) ? null : token;
        return Resume();
    }

    private bool Resume()
    {
        _passOver = _last;
        _fruitless = _delivered > _deliveredAtResumption ? 1 : _fruitless + 1;
        _deliveredAtResumption = _delivered;
        return Sorted && _fruitless <= MaxFruitlessResumptions;
    }
}
