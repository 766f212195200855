using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using BackupServer.CrdGenerator.Definitions;

namespace BackupServer.Abstractions.Tests.Resources;

/// <summary>A running API server that has our definitions.</summary>
public sealed partial class DevClusterProcess : IAsyncLifetime
{
    private readonly Process _process = new()
    {
        StartInfo = new ProcessStartInfo("dotnet", [Executable, "--port", "0", "--http-port", "0", "--nodes", "0"]) { UseShellExecute = false, RedirectStandardOutput = true },
    };

    private readonly HttpClient _http = new();

    /// <summary>Beside our own output, in the configuration that is tested.</summary>
    private static string Executable =>
        Path.Combine(AppContext.BaseDirectory, "..", "..", "BackupServer.DevCluster", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/')), "BackupServer.DevCluster.dll");

    public async ValueTask InitializeAsync()
    {
        _process.Start();
        var line = await _process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(2)) ?? "";
        var ready = ReadyLine().Match(line);
        Assert.True(ready.Success, $"the cluster said: {line}");
        _http.BaseAddress = new Uri(ready.Groups["http"].Value);
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ready.Groups["token"].Value);
        foreach (var definition in DefinitionBuilder.All())
        {
            await DefineAsync(definition);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
    }

    /// <summary>Sends an object as kubectl does, refusing what the schema does not know.</summary>
    public async Task<(int Code, JsonObject Answer)> SendAsync(HttpMethod method, string path, JsonNode? body)
    {
        using var request = new HttpRequestMessage(method, path + (body is null ? "" : "?fieldValidation=Strict"));
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        }

        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!.AsObject());
    }

    private async Task DefineAsync(JsonObject definition)
    {
        const string Path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
        var (code, answer) = await SendAsync(HttpMethod.Post, Path, definition);
        Assert.True(code == 201, answer.ToJsonString());
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!IsEstablished(answer))
        {
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            (_, answer) = await SendAsync(HttpMethod.Get, $"{Path}/{definition["metadata"]!["name"]}", null);
        }
    }

    private static bool IsEstablished(JsonObject definition) => (definition["status"]?["conditions"]?.AsArray() ?? [])
        .Any(static condition => ((string)condition!["type"]!, (string)condition["status"]!) == ("Established", "True"));

    [GeneratedRegex("^ready .*http=(?<http>[^ ]+) token=(?<token>[^ ]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex ReadyLine();
}
