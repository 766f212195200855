namespace BackupServer.Engine.Volumes;

/// <summary>Why a volume is copied or not.</summary>
public enum VolumeReason
{
    /// <summary>Copied: the backup copies what is not opted out.</summary>
    Default,

    /// <summary>Copied: the pod's annotation names it.</summary>
    OptIn,

    /// <summary>Not copied: the pod's annotation says so.</summary>
    OptOut,

    /// <summary>Not copied: the backup copies only what is opted in.</summary>
    NotChosen,

    /// <summary>Not copied: it holds no data of its own, or none that can be reached.</summary>
    UnsupportedVolume,

    /// <summary>Not copied: the claim has no volume yet.</summary>
    NotBound,

    /// <summary>Not copied: no pod mounts it.</summary>
    NotMounted,

    /// <summary>Not copied: no pod that mounts it is running.</summary>
    PodNotRunning,

    /// <summary>Not copied: the nodes of the pods that mount it have no agent.</summary>
    NoAgent,

    /// <summary>Not copied: a raw block device has no files.</summary>
    BlockVolume,

    /// <summary>Not copied: the backup leaves its claim out.</summary>
    ClaimExcluded,

    /// <summary>Not copied: a restore has not written the claim's data yet.</summary>
    RestorePending,

    /// <summary>Not copied: the claim's volume is gone.</summary>
    VolumeGone,

    /// <summary>Not copied: it goes with its pod, nobody named it, and a restore could not write it back.</summary>
    Scratch,
}
