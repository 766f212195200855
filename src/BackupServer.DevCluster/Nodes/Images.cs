namespace BackupServer.DevCluster.Nodes;

/// <summary>What the name of an image means here, where there is no registry.</summary>
internal static class Images
{
    private const string Run = "devcluster.backupserver.io/run";
    private const string Missing = "devcluster.backupserver.io/missing";

    /// <summary>Commands of containers with this image run as processes of this machine; any other image is a placeholder that idles.</summary>
    public static bool RunsCommands(string? image) => Repository(image) == Run;

    /// <summary>The image nobody has: containers with it stay in ImagePullBackOff.</summary>
    public static bool CannotBePulled(string? image) => Repository(image) == Missing;

    public static string IdOf(string? image) => $"{Repository(image)}@sha256:{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(image ?? string.Empty)))}";

    private static string Repository(string? image)
    {
        var name = (image ?? string.Empty).Split('@')[0];
        var colon = name.LastIndexOf(':');
        return colon > name.LastIndexOf('/') ? name[..colon] : name;
    }
}
