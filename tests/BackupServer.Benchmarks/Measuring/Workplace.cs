using System.Globalization;

namespace BackupServer.Benchmarks.Measuring;

/// <summary>A directory for what a measurement needs, with the password of its repositories. It is removed at the end.</summary>
internal sealed class Workplace : IDisposable
{
    /// <summary>Makes one below a directory.</summary>
    public Workplace(DirectoryInfo below)
    {
        Root = Path.Combine(below.FullName, string.Create(CultureInfo.InvariantCulture, $"backupserver-benchmark-{Environment.ProcessId}"));
        Directory.CreateDirectory(Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        PasswordFile = PathOf("password");
        File.WriteAllText(PasswordFile, Password);
        File.SetUnixFileMode(PasswordFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>The password of what is made here, which protects nothing.</summary>
    public static string Password => "benchmark";

    /// <summary>The directory.</summary>
    public string Root { get; }

    /// <summary>File with <see cref="Password"/>.</summary>
    public string PasswordFile { get; }

    /// <summary>A path in it.</summary>
    public string PathOf(string name) => Path.Combine(Root, name);

    /// <summary>Runs a verb of <c>backupctl repository</c> on the repository of a name here.</summary>
    /// <exception cref="MeasuringException">It failed.</exception>
    public Task<Measurement> RunAsync(string repository, string verb, IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        MeasuredProcess.RunBackupctlAsync(["repository", verb, .. arguments, "--repo", PathOf(repository), "--password-file", PasswordFile], cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Root, recursive: true);
}
