namespace BackupServer.Quickstart.Processes;

/// <summary>Where the programs are that the story starts: beside this one, in the output of the same build.</summary>
internal static class Programs
{
    /// <summary>The DevCluster.</summary>
    public static string DevCluster => Find("BackupServer.DevCluster", "BackupServer.DevCluster.dll");

    /// <summary>The server.</summary>
    public static string Server => Find("BackupServer.Server", "BackupServer.Server.dll");

    /// <summary>The agent.</summary>
    public static string Agent => Find("BackupServer.Agent", "BackupServer.Agent.dll");

    /// <summary>The command line.</summary>
    public static string Backupctl => Find("BackupServer.Cli", "backupctl.dll");

    private static string Find(string project, string file)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
        var path = Path.Combine(here.Parent!.Parent!.FullName, project, here.Name, file);
        return File.Exists(path) ? path : throw new StoryException($"{path} is missing: build the whole solution first (dotnet build -c Release)");
    }
}
