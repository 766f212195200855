using System.Diagnostics;

namespace BackupServer.DevCluster.Controllers;

/// <summary>
/// Removes folders that held pods' files. What pods write there need not be text: .NET's own deletion turns names into strings and does not
/// find them again when they are not UTF-8, so coreutils do it. Links are removed, never what they point at.
/// </summary>
internal static class FolderRemoval
{
    /// <summary>Removes the folder with all that is in it; one that is not there is no error.</summary>
    /// <exception cref="IOException">Something stays, with what <c>rm</c> said of it.</exception>
    public static async Task RemoveAsync(string folder, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder)) return;
        if (await RunAsync("rm", ["-rf", "--one-file-system", "--", folder], cancellationToken) is null) return;

        // Without root's rights a folder that may not be read or written keeps its content: such folders are opened for us first.
        await RunAsync("chmod", ["-R", "u+rwX", "--", folder], cancellationToken);
        if (await RunAsync("rm", ["-rf", "--one-file-system", "--", folder], cancellationToken) is { } problem)
        {
            throw new IOException($"{folder} could not be removed: {problem}");
        }
    }

    /// <summary>What the command complained of, or null when it succeeded.</summary>
    private static async Task<string?> RunAsync(string command, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(command, arguments) { RedirectStandardError = true, UseShellExecute = false };
        start.Environment["LC_ALL"] = "C";
        using var process = Process.Start(start) ?? throw new IOException($"{command} could not be started");
        var said = await process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 ? null : said.Trim() is { Length: > 0 } text ? text.Split('\n')[0] : $"{command} ended with {process.ExitCode}";
    }
}
