using BackupServer.Kubernetes.Errors;

namespace BackupServer.Kubernetes.Exec;

/// <summary>How a command ended.</summary>
/// <param name="ExitCode">Its exit code; -1 when it did not run to its own end, see <paramref name="Status"/>.</param>
/// <param name="Status">What the node said.</param>
public sealed record ExecResult(int ExitCode, Status Status)
{
    /// <summary>The exit code is 0.</summary>
    public bool Succeeded => ExitCode == 0;

    internal static ExecResult From(Status status)
    {
        if (status.Outcome == "Success")
        {
            return new ExecResult(0, status);
        }

        var cause = status.Details?.Causes.FirstOrDefault(c => c.Reason == "ExitCode")?.Message;
        return new ExecResult(status.Reason == "NonZeroExitCode" && int.TryParse(cause, out var code) ? code : -1, status);
    }
}
