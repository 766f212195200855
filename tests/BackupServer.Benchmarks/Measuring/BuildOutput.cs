namespace BackupServer.Benchmarks.Measuring;

/// <summary>Programs of the same build.</summary>
internal static class BuildOutput
{
    /// <summary>The command line, which the build of this project makes too.</summary>
    public static string Backupctl
    {
        get
        {
            var own = new DirectoryInfo(AppContext.BaseDirectory);
            var program = Path.Combine(own.Parent!.Parent!.FullName, "BackupServer.Cli", own.Name, "backupctl.dll");
            return File.Exists(program)
                ? program
                : throw new MeasuringException($"{program} is not there; build it: dotnet build src/BackupServer.Cli -c Release");
        }
    }
}
