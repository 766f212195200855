using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace BackupServer.DevCluster.Nodes;

/// <summary>
/// Ends the process groups of containers when this process ends, however it ends: a small shell waits at the other end of a pipe, and when
/// the pipe closes it kills every group it was told of. (A parent-death signal would not do: it fires when the thread that forked ends.)
/// </summary>
internal sealed class ChildGuard : IDisposable
{
    private const string Script =
        "trap '' INT TERM HUP; groups=; "
        + "while read -r verb group; do "
        + "if [ \"$verb\" = + ]; then groups=\"$groups $group\"; "
        + "else rest=; for g in $groups; do [ \"$g\" = \"$group\" ] || rest=\"$rest $g\"; done; groups=$rest; fi; done; "
        + "for g in $groups; do kill -s KILL -- \"-$g\" 2>/dev/null; done";

    private readonly Process _shell;
    private readonly Lock _lock = new();

    public ChildGuard()
    {
        var start = new ProcessStartInfo("setsid") { RedirectStandardInput = true, UseShellExecute = false };
        foreach (var argument in (ReadOnlySpan<string>)["/bin/sh", "-c", Script]) start.ArgumentList.Add(argument);
        _shell = Process.Start(start) ?? throw new InvalidOperationException("the shell that guards containers' processes could not be started");
        _shell.StandardInput.AutoFlush = true;
    }

    public void Add(int group) => Tell('+', group);

    public void Remove(int group) => Tell('-', group);

    /// <summary>Signals a whole group; a group that is gone is no error.</summary>
    public static void Signal(int group, int signal)
    {
        if (Kill(-group, signal) != 0) _ = Kill(group, signal);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _shell.StandardInput.Close();
            _shell.Dispose();
        }
    }

    private void Tell(char verb, int group)
    {
        lock (_lock)
        {
            try
            {
                _shell.StandardInput.Write(string.Create(CultureInfo.InvariantCulture, $"{verb} {group}\n"));
            }
            catch (Exception exception) when (exception is IOException or ObjectDisposedException)
            {
                // The guard is only needed when we die; once it is closed, everything is being ended anyway.
            }
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);
}
