namespace BackupServer.DevCluster.Storage;

/// <summary>Where writes are kept beyond the process's life. Called under the store's lock, in order of revisions.</summary>
internal interface IStoreLog
{
    /// <summary>Records that an object has this state from its revision on.</summary>
    void Put(string bucket, StoredObject obj);

    /// <summary>Records that a key is gone from a revision on.</summary>
    void Delete(string bucket, string ns, string name, long revision);

    /// <summary>Called after a write was recorded and published: time to fold the log into a snapshot if it has grown.</summary>
    void AfterWrite(Func<IEnumerable<(string Bucket, StoredObject Object)>> live, long revision);
}
