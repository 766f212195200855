namespace BackupServer.PluginHost;

/// <summary>Kinds in messages for people.</summary>
internal static class PluginOfferKindWords
{
    /// <summary>The kind with its article: <c>an object store</c>.</summary>
    public static string Words(this PluginOfferKind kind) => kind switch
    {
        PluginOfferKind.ObjectStore => "an object store",
        PluginOfferKind.VolumeSnapshotter => "a volume snapshotter",
        PluginOfferKind.DataMover => "a data mover",
        PluginOfferKind.BackupItemAction => "a backup item action",
        _ => "a restore item action",
    };
}
