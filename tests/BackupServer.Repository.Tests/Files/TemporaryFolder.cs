using System.Diagnostics;

namespace BackupServer.Repository.Tests.Files;

/// <summary>A directory of one test, removed with whatever odd modes and names were made in it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Root = Directory.CreateTempSubdirectory("backup-files-").FullName;

    public string Root { get; }

    public string this[string name] => Path.Combine(Root, name);

    public string MakeDirectory(string name) => Directory.CreateDirectory(this[name]).FullName;

    public void Dispose()
    {
        // Directory.Delete knows neither names that are not UTF-8 nor directories without permissions.
        Run("chmod", "-R", "u+rwX", Root);
        Run("rm", "-rf", Root);
    }

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
    }
}
