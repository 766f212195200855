namespace BackupServer.Cli.Repositories;

/// <summary>A snapshot and a path in it, as users write both: <c>ID</c>, <c>latest:/etc</c>.</summary>
internal static class SnapshotPath
{
    /// <summary>Splits at the first colon; without one the path is the root.</summary>
    public static (string Id, string Path) Parse(string text)
    {
        var colon = text.IndexOf(':');
        return colon < 0 ? (text, "/") : (text[..colon], text[(colon + 1)..]);
    }
}
