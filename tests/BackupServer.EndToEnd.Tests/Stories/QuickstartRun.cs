using System.Text;
using System.Text.Json.Nodes;
using BackupServer.EndToEnd.Tests.Clusters;
using BackupServer.EndToEnd.Tests.Processes;

namespace BackupServer.EndToEnd.Tests.Stories;

/// <summary>One run of the quickstart on its default location. It is left running until its password has been read, then told to end.</summary>
public sealed class QuickstartRun : IAsyncLifetime
{
    public string Data { get; } = Scratch.Create("backupserver-e2e-quickstart-");

    public string Location => Path.Combine(Data, "location");

    /// <summary>Password of its repositories.</summary>
    public string Password { get; private set; } = "";

    internal ProgramResult Result { get; private set; } = new(-1, "");

    public async ValueTask InitializeAsync()
    {
        var kubeconfig = Path.Combine(Data, "home", "kubeconfig");
        await using var process = ProgramProcess.StartOurs(Programs.Quickstart, Path.Combine(Data, "quickstart.log"), "--data", Data);
        await Eventually.HoldsAsync(
            async () => process.HasExited || (File.Exists(kubeconfig) && await ReadPasswordAsync(kubeconfig)), "the quickstart's repositories get no password");
        Result = await process.WaitForResultAsync();
    }

    public async ValueTask DisposeAsync()
    {
        // The volumes hold names that .NET cannot spell.
        _ = await ProgramProcess.RunAsync("rm", ["-rf", "--", Data]);
    }

    internal List<string> Repositories() =>
        [.. Directory.EnumerateFiles(Location, "config", SearchOption.AllDirectories).Select(f => Path.GetDirectoryName(f)!).Order(StringComparer.Ordinal)];

    internal Task<ProgramResult> ResticAsync(string repository, params string[] arguments) => ProgramProcess.RunAsync(
        "restic", ["--no-cache", .. arguments], new Dictionary<string, string> { ["RESTIC_REPOSITORY"] = repository, ["RESTIC_PASSWORD"] = Password });

    private async Task<bool> ReadPasswordAsync(string kubeconfig)
    {
        var answer = await ProgramProcess.RunAsync(
            "kubectl", ["get", "secret", "backupserver-default", "-n", TestCluster.ServerNamespace, "-o", "json"],
            new Dictionary<string, string> { ["KUBECONFIG"] = kubeconfig, ["HOME"] = Data });
        if (answer.ExitCode != 0)
        {
            return false;
        }

        Password = Encoding.UTF8.GetString(Convert.FromBase64String((string)JsonNode.Parse(answer.Output)!["data"]!["password"]!));
        return true;
    }
}
