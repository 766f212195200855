using System.Diagnostics;

namespace BackupServer.Quickstart.Processes;

/// <summary>
/// Ends the processes of the story when the quickstart itself cannot any more, because it was killed: a shell that waits for the end of its
/// input, which only the quickstart holds open. It ignores the signals of the terminal, which go to all.
/// </summary>
internal sealed class Watchdog : IDisposable
{
    private const string Script = """
        trap '' INT TERM HUP
        exec >/dev/null 2>&1
        pids=
        while read -r line; do
          [ "$line" = done ] && exit 0
          pids="$pids $line"
        done
        kill -TERM $pids
        rounds=0
        while [ $rounds -lt 50 ]; do
          alive=
          for pid in $pids; do kill -0 "$pid" && alive=1; done
          [ -z "$alive" ] && exit 0
          sleep 0.1
          rounds=$((rounds + 1))
        done
        kill -KILL $pids
        """;

    private readonly Lock _gate = new();
    private readonly Process _shell;

    /// <summary>Starts it.</summary>
    public Watchdog()
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", Script]) { RedirectStandardInput = true, UseShellExecute = false };
        _shell = Process.Start(start) ?? throw new StoryException("/bin/sh cannot be started");
        _shell.StandardInput.AutoFlush = true;
    }

    /// <summary>Has a process ended when the quickstart is no more.</summary>
    public void Watch(int process) => Say(process.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Lets it go; all it watched has ended.</summary>
    public void Dispose()
    {
        Say("done");
        _shell.Dispose();
    }

    private void Say(string line)
    {
        lock (_gate)
        {
            _shell.StandardInput.Write(line + "\n");
        }
    }
}
