using System.Diagnostics;

namespace BackupServer.Quickstart.Comparing;

/// <summary>Keeps a directory as it is, by a program that has nothing to do with ours: cp of the GNU tools, with everything a file has.</summary>
internal static class ReferenceCopy
{
    /// <summary>Copies a directory.</summary>
    public static async Task MakeAsync(string source, string target, CancellationToken cancellationToken)
    {
        using var copy = Process.Start(new ProcessStartInfo("cp", ["--archive", "--no-target-directory", source, target]) { RedirectStandardError = true, UseShellExecute = false })
            ?? throw new StoryException("cp cannot be started");
        var errors = await copy.StandardError.ReadToEndAsync(cancellationToken);
        await copy.WaitForExitAsync(cancellationToken);
        if (copy.ExitCode != 0)
        {
            throw new StoryException($"cp --archive {source} {target} failed: {errors.Trim()}");
        }
    }
}
