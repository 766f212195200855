using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Tests;

/// <summary>The real DevCluster as a process of its own, on ports of its choice. Killed when disposed.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    public const string Token = "test-admin";
    public const string NobodyToken = "test-nobody";
    private readonly Process _process;
    private readonly bool _ownsFolder;

    private ServerProcess(Process process, string folder, bool ownsFolder, JsonNode ready)
    {
        _process = process;
        _ownsFolder = ownsFolder;
        Folder = folder;
        Http = (string)ready["http"]!;
        Https = (string)ready["https"]!;
        Client = new HttpClient { BaseAddress = new Uri(Http), Timeout = TimeSpan.FromSeconds(60) };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
    }

    public string Folder { get; }

    public string Http { get; }

    public string Https { get; }

    public string Kubeconfig => Path.Combine(Folder, "kubeconfig");

    public HttpClient Client { get; }

    public static string Root { get; } = FindRoot();

    /// <param name="folder">Working folder; null makes one that is deleted at the end.</param>
    /// <param name="arguments">Further arguments.</param>
    public static Task<ServerProcess> StartAsync(string? folder = null, params string[] arguments) => StartAsync(folder, new Dictionary<string, string>(), arguments);

    /// <param name="folder">Working folder; null makes one that is deleted at the end.</param>
    /// <param name="environment">Variables beside those of this process.</param>
    /// <param name="arguments">Further arguments.</param>
    public static async Task<ServerProcess> StartAsync(string? folder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var owns = folder is null;
        folder ??= Directory.CreateTempSubdirectory("devcluster-tests-").FullName;
        var ready = Path.Combine(folder, "ready.json");
        File.Delete(ready);
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[
            Path.Combine(AppContext.BaseDirectory, "BackupServer.DevCluster.dll"), "--token", Token, "--nobody-token", NobodyToken,
            "--kubeconfig-out", Path.Combine(folder, "kubeconfig"), "--ready-file", ready, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("ready ", StringComparison.Ordinal))
            {
                _ = process.StandardOutput.ReadToEndAsync();
                return new ServerProcess(process, folder, owns, JsonNode.Parse(await File.ReadAllTextAsync(ready))!);
            }
        }

        throw new InvalidOperationException($"the server did not start: {await errors}");
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async Task<JsonNode> GetAsync(string path) => (await Client.GetFromJsonAsync<JsonNode>(path))!;

    public Task<HttpResponseMessage> CreateAsync(string path, JsonNode body) => Client.PostAsJsonAsync(path, body);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        if (_ownsFolder)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "BackupServer.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("the tests run from a build inside the repository");
    }
}
