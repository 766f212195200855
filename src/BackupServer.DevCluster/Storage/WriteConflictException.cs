namespace BackupServer.DevCluster.Storage;

/// <summary>A write's expectation about the stored revision did not hold.</summary>
/// <param name="current">What is stored, or null when nothing is.</param>
internal sealed class WriteConflictException(StoredObject? current) : Exception("the object was changed by another write")
{
    /// <summary>The state found.</summary>
    public StoredObject? Current { get; } = current;
}
