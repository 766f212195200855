using System.CommandLine;

namespace BackupServer.Benchmarks.Commands;

/// <summary>Options that several measurements have.</summary>
internal static class CommonOptions
{
    /// <summary>Where a measurement puts its files: memory where there is a file system in it, so that disks are not measured.</summary>
    public static Option<DirectoryInfo> Directory() => new("--dir")
    {
        Description = "directory for the files of the measurement",
        HelpName = "DIR",
        DefaultValueFactory = static _ => new DirectoryInfo(System.IO.Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath()),
    };

    /// <summary>A number above 0.</summary>
    public static Option<int> Count(string name, int otherwise, string description)
    {
        var option = new Option<int>(name) { Description = $"{description} (default: {otherwise})", HelpName = "N", DefaultValueFactory = _ => otherwise };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() <= 0)
            {
                result.AddError($"{name} must be a number above 0");
            }
        });
        return option;
    }
}
