namespace BackupServer.DevCluster.Storage;

/// <summary>All kept states of one key, newest first. Guarded by the store's lock.</summary>
internal sealed class KeyHistory(string ns, string name)
{
    public string Namespace { get; } = ns;

    public string Name { get; } = name;

    public Version? Newest { get; private set; }

    /// <summary>The live state, or null when deleted.</summary>
    public StoredObject? Live => Newest?.Object;

    public void Push(long revision, StoredObject? obj) => Newest = new Version(revision, obj, Newest);

    /// <summary>The state visible at a revision, or null.</summary>
    public StoredObject? At(long revision)
    {
        var version = Newest;
        while (version is not null && version.Revision > revision)
        {
            version = version.Older;
        }

        return version?.Object;
    }

    /// <summary>Forgets states that no revision from <paramref name="oldest"/> on can show. True when the key itself can go.</summary>
    public bool Prune(long oldest)
    {
        var version = Newest;
        while (version is not null && version.Revision > oldest)
        {
            version = version.Older;
        }

        if (version is not null)
        {
            version.Older = null;
        }

        return version is not null && ReferenceEquals(version, Newest) && version.Object is null;
    }

    internal sealed class Version(long revision, StoredObject? obj, Version? older)
    {
        public long Revision { get; } = revision;

        public StoredObject? Object { get; } = obj;

        public Version? Older { get; set; } = older;
    }
}
