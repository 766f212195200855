using System.Diagnostics;

namespace BackupServer.DevCluster.Nodes;

/// <summary>
/// A command as a process group of its own. It starts held: only when the guard knows the group does it go on, so that there is no moment
/// in which our end would leave it behind.
/// </summary>
internal sealed class LocalProcess : IDisposable
{
    private const string Held = "IFS= read -r go && exec \"$@\"";
    private const string HeldWithoutInput = "IFS= read -r go && exec \"$@\" </dev/null";

    private readonly Process _process;
    private readonly ChildGuard _guard;
    private int _ended;

    private LocalProcess(Process process, ChildGuard guard)
    {
        _process = process;
        _guard = guard;
    }

    public int Group => _process.Id;

    public Stream Output => _process.StandardOutput.BaseStream;

    public Stream Error => _process.StandardError.BaseStream;

    /// <summary>Standard input; only when asked for at the start.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>Starts the command.</summary>
    /// <exception cref="FileNotFoundException">There is no such program.</exception>
    public static LocalProcess Start(
        ChildGuard guard, IReadOnlyList<string> command, string directory, IReadOnlyDictionary<string, string> environment, bool input)
    {
        Require(command[0], directory, environment);
        var start = new ProcessStartInfo("setsid")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = directory,
        };
        foreach (var argument in (ReadOnlySpan<string>)["/bin/sh", "-c", input ? Held : HeldWithoutInput, "sh"]) start.ArgumentList.Add(argument);
        foreach (var argument in command) start.ArgumentList.Add(argument);
        start.Environment.Clear();
        foreach (var (name, value) in environment) start.Environment[name] = value;

        var process = Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} could not be started");
        guard.Add(process.Id);
        process.StandardInput.BaseStream.Write("go\n"u8);
        process.StandardInput.BaseStream.Flush();
        if (!input) process.StandardInput.Close();
        return new LocalProcess(process, guard);
    }

    public void Signal(int signal)
    {
        if (Volatile.Read(ref _ended) == 0) ChildGuard.Signal(Group, signal);
    }

    /// <summary>Waits for the command's end and then ends what it left behind in its group. 128 + signal when a signal ended it.</summary>
    public async Task<int> WaitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            ChildGuard.Signal(Group, Signals.Kill);
            _guard.Remove(Group);
        }

        return _process.ExitCode;
    }

    public void Dispose() => _process.Dispose();

    private static void Require(string program, string directory, IReadOnlyDictionary<string, string> environment)
    {
        var candidates = program.Contains('/')
            ? [Path.Combine(directory, program)]
            : environment.GetValueOrDefault("PATH", "/usr/bin:/bin").Split(':').Select(folder => Path.Combine(folder, program));
        if (!candidates.Any(File.Exists)) throw new FileNotFoundException($"exec: \"{program}\": executable file not found in $PATH", program);
    }
}
