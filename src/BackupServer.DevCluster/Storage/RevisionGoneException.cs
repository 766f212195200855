namespace BackupServer.DevCluster.Storage;

/// <summary>The asked revision is older than the history kept.</summary>
/// <param name="requested">Revision asked for.</param>
/// <param name="oldest">Oldest revision that can be shown.</param>
internal sealed class RevisionGoneException(long requested, long oldest) : Exception($"revision {requested} is gone; the oldest kept is {oldest}")
{
    public long Requested { get; } = requested;

    public long Oldest { get; } = oldest;
}
