using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Repository.Checking;

namespace BackupServer.Engine.Archives;

/// <summary>Sums up what was read back of a backup's objects and of its volumes, for people. Safe for concurrent callers.</summary>
internal sealed class RunProof
{
    private readonly Lock _gate = new();
    private readonly List<VerificationProof> _volumes = [];
    private readonly List<string> _notRead = [];
    private readonly List<string> _notKept = [];

    /// <summary>Whether each volume that was to be copied is in the backup and was read back as asked.</summary>
    public bool CoversVolumes
    {
        get
        {
            lock (_gate)
            {
                return _notRead.Count + _notKept.Count == 0;
            }
        }
    }

    /// <summary>How much of the content a mode reads.</summary>
    public static VerificationDepth DepthOf(VerificationMode mode) => mode switch
    {
        VerificationMode.Full => VerificationDepth.Full,
        VerificationMode.Sample => VerificationDepth.Sample,
        _ => VerificationDepth.Structure,
    };

    /// <summary>A volume is in the backup; null when its mover read nothing back.</summary>
    public void AddVolume(string key, DataVerification? read)
    {
        lock (_gate)
        {
            if (read is null)
            {
                _notRead.Add(key);
            }
            else
            {
                _volumes.Add(ProofOf(read));
            }
        }
    }

    /// <summary>A volume was to be copied and is not in the backup.</summary>
    public void AddLost(string key)
    {
        lock (_gate)
        {
            _notKept.Add(key);
        }
    }

    /// <summary>All of it in sentences.</summary>
    public string Words(VerificationProof objects)
    {
        lock (_gate)
        {
            List<string> sentences = [$"Of the objects, {objects}."];
            if (_volumes.Count > 0)
            {
                sentences.Add($"Of the data of {_volumes.Count} volumes, {VerificationProof.Sum(_volumes)}.");
            }

            if (_notRead.Count > 0)
            {
                sentences.Add($"The data of {_notRead.Count} volumes was not read back by their data mover: {Names(_notRead)}.");
            }

            if (_notKept.Count > 0)
            {
                sentences.Add($"The data of {_notKept.Count} volumes is not in the backup, so nothing of it was verified: {Names(_notKept)}.");
            }

            return string.Join(' ', sentences);
        }
    }

    private static VerificationProof ProofOf(DataVerification read) => new()
    {
        Depth = DepthOf(read.Mode),
        NewPacks = read.NewPacks,
        NewPacksRead = read.NewPacksRead,
        ReusedBlobs = read.ReusedBlobs,
        ReusedBlobsRead = read.ReusedBlobsRead,
        ReusedPacks = read.ReusedPacks,
        ReusedPacksRead = read.ReusedPacksRead,
        BytesRead = read.BytesRead,
    };

    private static string Names(List<string> keys) =>
        string.Join(", ", keys.Order(StringComparer.Ordinal).Take(3)) + (keys.Count > 3 ? $" and {keys.Count - 3} more" : "");
}
