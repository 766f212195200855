namespace BackupServer.DevCluster.Tests.Transcripts;

/// <summary>One server, to which all recorded scenarios were replayed once; they keep to namespaces of their own.</summary>
public sealed class TranscriptServer : IAsyncLifetime
{
    private string _output = "";

    /// <summary>The recordings and the program that replays them.</summary>
    internal static string Data { get; } = Path.Combine(ServerProcess.Root, "tests", "data", "kube-transcripts");

    public async ValueTask InitializeAsync()
    {
        await using var server = await ServerProcess.StartAsync(null, "--nodes", "0");
        (_, _output) = await CommandLine.RunAsync(
            "python3",
            [
                Path.Combine(Data, "replay.py"), "--server", server.Http, "--token", ServerProcess.Token, "--nobody-token", ServerProcess.NobodyToken,
                "--have", "nobody,compacted,watch-expired", "--jobs", "6", Path.Combine(Data, "scenarios"),
            ]);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The scenarios of an area that ended as <c>ok</c>, <c>FAIL</c> or <c>skip</c>.</summary>
    internal IReadOnlyList<string> Scenarios(string outcome, string area) =>
        [.. _output.Split('\n').Where(line => line.StartsWith($"{outcome,-4} {area}/", StringComparison.Ordinal)).Select(line => line[5..].Split(' ')[0])];

    /// <summary>What the replay said of an area's failures: the step and its first difference.</summary>
    internal string Differences(string area)
    {
        var lines = _output.Split('\n');
        return string.Join('\n', lines.Index().Where(line => line.Item.StartsWith($"FAIL {area}/", StringComparison.Ordinal))
            .Select(line => string.Join('\n', lines.Skip(line.Index).Take(2))));
    }
}
