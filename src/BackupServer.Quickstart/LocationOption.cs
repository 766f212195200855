namespace BackupServer.Quickstart;

/// <summary>What <c>--location</c> may say: the plugins that the programs ship with know directories only.</summary>
internal static class LocationOption
{
    private const string Scheme = "file://";

    /// <summary>Fails for what no location can be made of, before anything is started.</summary>
    /// <exception cref="UsageException">It is no URL of a directory that exists and can be written.</exception>
    public static void Check(string location)
    {
        if (!location.StartsWith(Scheme + "/", StringComparison.Ordinal))
        {
            throw new UsageException($"--location: '{location}' is not understood; give a directory that exists, as {Scheme}/srv/backups (no plugin for other stores is shipped)");
        }

        var directory = location[Scheme.Length..];
        if (!Directory.Exists(directory))
        {
            throw new UsageException($"--location: there is no directory {directory}; make it first (it may be a mount that is missing, so it is not made here)");
        }
    }
}
