using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Tests.Storage;

public sealed class DurabilityTests
{
    [Fact]
    public async Task Every_write_that_was_answered_is_there_after_kill_9_in_the_middle_of_writing()
    {
        var folder = Directory.CreateTempSubdirectory("devcluster-durable-").FullName;
        try
        {
            var answered = new Dictionary<string, string>();
            var uid = "";
            for (var round = 0; round < 3; round++)
            {
                await using var server = await ServerProcess.StartAsync(folder, "--data", Path.Combine(folder, "data"), "--nodes", "0");
                foreach (var (name, version) in answered)
                {
                    var found = await server.GetAsync($"/api/v1/namespaces/default/configmaps/{name}");
                    Assert.Equal(version, (string?)found["metadata"]!["resourceVersion"]);
                }

                var ns = await server.GetAsync("/api/v1/namespaces/default");
                Assert.True(uid.Length == 0 || uid == (string?)ns["metadata"]!["uid"], "the namespace was made again");
                uid = (string)ns["metadata"]!["uid"]!;
                await WriteUntilKilledAsync(server, round, answered);
            }

            Assert.True(answered.Count >= 300, $"only {answered.Count} writes were answered");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Resource_versions_go_on_after_a_restart_and_a_watch_from_before_it_is_expired()
    {
        var folder = Directory.CreateTempSubdirectory("devcluster-durable-").FullName;
        try
        {
            long before;
            await using (var server = await ServerProcess.StartAsync(folder, "--data", Path.Combine(folder, "data"), "--nodes", "0"))
            {
                before = long.Parse((string)(await CreateAsync(server, "first"))!);
                await server.KillAsync();
            }

            await using var again = await ServerProcess.StartAsync(folder, "--data", Path.Combine(folder, "data"), "--nodes", "0");
            var after = long.Parse((string)(await CreateAsync(again, "second"))!);
            var watch = await again.Client.GetStringAsync($"/api/v1/configmaps?watch=true&resourceVersion={before - 1}&timeoutSeconds=5", TestContext.Current.CancellationToken);

            Assert.True(after > before);
            Assert.Contains("\"reason\":\"Expired\"", watch);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task WriteUntilKilledAsync(ServerProcess server, int round, Dictionary<string, string> answered)
    {
        var written = 0;
        var writers = Enumerable.Range(0, 4).Select(async writer =>
        {
            for (var i = 0; ; i++)
            {
                var name = $"r{round}-w{writer}-{i}";
                try
                {
                    var version = await CreateAsync(server, name);
                    lock (answered)
                    {
                        answered[name] = (string)version!;
                    }
                }
                catch (HttpRequestException)
                {
                    // The server is gone; what was not answered may or may not exist.
                    return;
                }

                if (Interlocked.Increment(ref written) == 150)
                {
                    await server.KillAsync();
                }
            }
        });
        await Task.WhenAll(writers);
    }

    private static async Task<JsonNode?> CreateAsync(ServerProcess server, string name)
    {
        var body = new JsonObject { ["metadata"] = new JsonObject { ["name"] = name }, ["data"] = new JsonObject { ["k"] = new string('x', 500) } };
        using var answer = await server.CreateAsync("/api/v1/namespaces/default/configmaps", body);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonNode>())!["metadata"]!["resourceVersion"];
    }
}
