namespace BackupServer.Repository.Compression;

/// <summary>How closely repetitions are looked for, within a level.</summary>
internal enum CompressionEffort
{
    /// <summary>As the level says.</summary>
    Usual,

    /// <summary>For content that is mostly noise: quicker by a quarter, and in such content nearly as small.</summary>
    Quick,
}
