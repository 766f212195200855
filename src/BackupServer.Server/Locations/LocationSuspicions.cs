using System.Collections.Concurrent;

namespace BackupServer.Server.Locations;

/// <summary>Locations on which something has just gone wrong: they are tried again at once, so that their status tells what backups and restores have found.</summary>
internal sealed class LocationSuspicions
{
    private readonly ConcurrentDictionary<string, bool> _names = new();

    /// <summary>Called with a name that has come under suspicion.</summary>
    public Action<string> Raised { get; set; } = static _ => { };

    /// <summary>Puts a location under suspicion. It costs one try, so callers need not be sure.</summary>
    public void Raise(string location)
    {
        _names[location] = true;
        Raised(location);
    }

    /// <summary>Takes the suspicion away, for it is about to be looked into; false when there was none.</summary>
    public bool Take(string location) => _names.TryRemove(location, out _);
}
