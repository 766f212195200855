namespace BackupServer.EndToEnd.Tests.Processes;

/// <summary>Where the programs are: in the output of the same build as this one.</summary>
internal static class Programs
{
    public static string DevCluster => Find("BackupServer.DevCluster", "BackupServer.DevCluster.dll");

    public static string Server => Find("BackupServer.Server", "BackupServer.Server.dll");

    public static string Agent => Find("BackupServer.Agent", "BackupServer.Agent.dll");

    public static string Quickstart => Find("BackupServer.Quickstart", "BackupServer.Quickstart.dll");

    public static string Backupctl => Find("BackupServer.Cli", "backupctl.dll");

    private static string Find(string project, string file)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        var path = Path.Combine(here.Parent!.Parent!.FullName, project, here.Name, file);
        Assert.True(File.Exists(path), $"{path} is missing");
        return path;
    }
}
