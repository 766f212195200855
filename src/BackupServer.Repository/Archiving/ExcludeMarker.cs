namespace BackupServer.Repository.Archiving;

/// <summary>A file that says of its directory that the rest of it is not worth keeping.</summary>
/// <param name="FileName">Its name.</param>
/// <param name="Header">How its content must begin; null for any.</param>
public sealed record ExcludeMarker(string FileName, string? Header)
{
    /// <summary>What programs put into their caches, see https://bford.info/cachedir/.</summary>
    public static ExcludeMarker Cache { get; } = new("CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55");
}
