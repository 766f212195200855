using System.Diagnostics;
using BackupServer.Cli.Tests.Running;
using BackupServer.Repository;
using BackupServer.Repository.Backends;
using BackupServer.Repository.Keys;

namespace BackupServer.Cli.Tests.Repositories;

/// <summary>A folder with files to back up, a place for a repository, and its password; and both programs that work with it.</summary>
internal sealed class RepositoryFolder : IDisposable
{
    public const string Password = "hunter2-repository";

    public RepositoryFolder()
    {
        File.WriteAllText(PasswordFile, Password + "\n");
        File.SetUnixFileMode(PasswordFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.CreateDirectory(Path.Combine(Source, "below"));
        File.WriteAllText(Path.Combine(Source, "a.txt"), "alpha");
        File.WriteAllText(Path.Combine(Source, "below", "b.log"), "beta");
        File.CreateSymbolicLink(Path.Combine(Source, "link"), "a.txt");
        var bytes = new byte[3_000_000];
        new Random(1).NextBytes(bytes);
        File.WriteAllBytes(Path.Combine(Source, "big"), bytes);
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("repository-").FullName;

    public string Repo => Path.Combine(Root, "repo");

    public string Source => Path.Combine(Root, "source");

    public string PasswordFile => Path.Combine(Root, "password");

    /// <summary>
    /// A repository as <c>init</c> makes it, but for a password that costs little to check: each of a test's verbs, and stock restic, does so anew,
    /// and at the usual cost this would be most of what these tests do.
    /// </summary>
    public Task MakeAsync() => MakeAsync(Repo, Password);

    /// <summary>The same at another place, with another password.</summary>
    public static async Task MakeAsync(string directory, string password)
    {
        await using var backend = new LocalBackend(directory, TimeProvider.System);
        var options = new RepositoryOptions { Scrypt = ScryptParameters.MachineSecret };
        await using var repository = await Repository.Repository.InitAsync(backend, password, options, TimeProvider.System, TestContext.Current.CancellationToken);
    }

    /// <summary>Runs a verb of ours.</summary>
    public Task<Run> RunAsync(params string[] arguments) => RunAsync([], arguments);

    /// <summary>Runs a verb of ours with something on its standard input.</summary>
    public async Task<Run> RunAsync(byte[] input, params string[] arguments)
    {
        var run = await Run.Async(["repository", "--repo", Repo, "--password-file", PasswordFile, .. arguments], input: input);
        Assert.DoesNotContain("hunter2", run.ToString(), StringComparison.Ordinal);
        return run;
    }

    /// <summary>Runs a verb that must succeed, and gives what it printed.</summary>
    public async Task<string> OkAsync(params string[] arguments)
    {
        var run = await RunAsync(arguments);
        Assert.True(run.Code == 0, $"{string.Join(' ', arguments)}: {run}");
        return run.Out;
    }

    /// <summary>Runs the stock program, which must succeed.</summary>
    public async Task<string> ResticAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("restic", ["-r", Repo, "-p", PasswordFile, "--no-cache", .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"restic {string.Join(' ', arguments)}: {output}{await error}");
        return output;
    }

    /// <summary>Runs the stock program on another repository with another password.</summary>
    public Task<string> ResticOnAsync(string repo, string passwordFile, params string[] arguments) => ResticAsync(["-r", repo, "-p", passwordFile, .. arguments]);

    /// <summary>The pack files, largest first, and writable.</summary>
    public IReadOnlyList<string> Packs()
    {
        var packs = Directory.GetFiles(Path.Combine(Repo, "data"), "*", SearchOption.AllDirectories).OrderByDescending(file => new FileInfo(file).Length).ToList();
        packs.ForEach(pack => File.SetUnixFileMode(pack, UnixFileMode.UserRead | UnixFileMode.UserWrite));
        return packs;
    }

    /// <summary>Whether a directory holds what the source does.</summary>
    public void AssertRestored(string directory)
    {
        foreach (var file in (string[])["a.txt", "below/b.log", "big"])
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(Source, file)), File.ReadAllBytes(Path.Combine(directory, file)));
        }

        Assert.Equal("a.txt", new FileInfo(Path.Combine(directory, "link")).LinkTarget);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
