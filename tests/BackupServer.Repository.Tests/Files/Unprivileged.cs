using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace BackupServer.Repository.Tests.Files;

/// <summary>
/// Runs a test as a user without privileges. Under root the test runs itself again in a process of <c>nobody</c>, because permissions hold for a whole
/// process and root has no refusals to test.
/// </summary>
internal static class Unprivileged
{
    private const string Nobody = "65534";

    /// <summary>True when the calling test was run, and passed, in another process and has nothing left to do.</summary>
    public static async Task<bool> RanElsewhereAsync(Type testClass, [CallerMemberName] string method = "")
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return false;
        }

        // A copy, because the build may lie where nobody may read.
        using TemporaryFolder folder = new();
        string copy = folder["copy"];
        await RunAsync("cp", "-r", AppContext.BaseDirectory, copy);
        await RunAsync("chmod", "-R", "a+rX", folder.Root);
        string assembly = Path.Combine(copy, Path.GetFileName(testClass.Assembly.Location));
        await RunAsync("setpriv", $"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", "dotnet", assembly, "-method", $"{testClass.FullName}.{method}");
        return true;
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_CLI_HOME"] = "/tmp";
        start.Environment["HOME"] = "/tmp";
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        string all = await output + await errors;
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {all}");
        Assert.False(program == "setpriv" && !all.Contains("Total: 1,", StringComparison.Ordinal), all);
    }
}
