using System.ComponentModel;
using System.Diagnostics;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Repositories;

/// <summary>What a program that is run here writes. It counts only if the program ends well.</summary>
internal sealed class CommandOutput : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _command;

    private CommandOutput(Process process, string command) => (_process, _command) = (process, command);

    /// <summary>Its standard output; errors go where ours do.</summary>
    public Stream Stream => _process.StandardOutput.BaseStream;

    /// <summary>Starts a program.</summary>
    /// <exception cref="CommandException">It cannot be started.</exception>
    public static CommandOutput Start(IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { UseShellExecute = false, RedirectStandardOutput = true };
        try
        {
            return new CommandOutput(Process.Start(start)!, command[0]);
        }
        catch (Win32Exception e)
        {
            throw new CommandException($"{command[0]} cannot be started: {e.Message}", inner: e);
        }
    }

    /// <summary>Waits for its end.</summary>
    /// <exception cref="CommandException">It ended badly.</exception>
    public async Task RequireSuccessAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        if (_process.ExitCode != 0)
        {
            throw new CommandException($"{_command} ended with exit code {_process.ExitCode}, so its output may be incomplete: there is no snapshot");
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
        return ValueTask.CompletedTask;
    }
}
