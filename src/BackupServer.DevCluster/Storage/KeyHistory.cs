namespace BackupServer.DevCluster.Storage;

/// <summary>All kept states of one key, newest first. Guarded by the store's lock.</summary>
internal sealed class KeyHistory(string ns, string name)
{
    public string Namespace { get; } = ns;

    public string Name { get; } = name;

    public Version? Newest { get; private set; }

    /// <summary>The live state, or null when deleted.</summary>
    public StoredObject? Live => Newest?.Object;

    private Version? Oldest { get; set; }

    public void Push(long revision, StoredObject? obj)
    {
        var version = new Version(revision, obj, Newest);
        if (Newest is { } before)
        {
            before.Newer = version;
        }

        Oldest ??= version;
        Newest = version;
    }

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

    /// <summary>
    /// Forgets states that no revision from <paramref name="oldest"/> on can show. True when the key itself can go. Goes from the oldest state upward: a
    /// key that is written all the time has very many newer ones, and each write forgets one.
    /// </summary>
    public bool Prune(long oldest)
    {
        while (Oldest?.Newer is { } next && next.Revision <= oldest)
        {
            Oldest = next;
        }

        if (Oldest is not { } kept || kept.Revision > oldest)
        {
            return false;
        }

        kept.Older = null;
        return ReferenceEquals(kept, Newest) && kept.Object is null;
    }

    internal sealed class Version(long revision, StoredObject? obj, Version? older)
    {
        public long Revision { get; } = revision;

        public StoredObject? Object { get; } = obj;

        public Version? Older { get; set; } = older;

        public Version? Newer { get; set; }
    }
}
