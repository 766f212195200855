using System.Text.RegularExpressions;

namespace BackupServer.DevCluster.Tests.Transcripts;

/// <summary>Replays the recorded transcripts of a Kubernetes 1.36 API server against the real DevCluster, area by area.</summary>
public sealed partial class TranscriptTests(TranscriptServer fixture) : IClassFixture<TranscriptServer>
{
    private const double Required = 0.9;

    [Theory]
    [InlineData("apply")]
    [InlineData("crd")]
    [InlineData("defaults")]
    [InlineData("delete")]
    [InlineData("errors")]
    [InlineData("fieldvalidation")]
    [InlineData("gc")]
    [InlineData("leases")]
    [InlineData("list")]
    [InlineData("metadata")]
    [InlineData("namespaces")]
    [InlineData("patch")]
    [InlineData("update")]
    [InlineData("watch")]
    public async Task At_least_nine_in_ten_recorded_scenarios_of_an_area_get_the_recorded_answers(string area)
    {
        var data = Path.Combine(ServerProcess.Root, "tests", "data", "kube-transcripts");
        var copy = Path.Combine(fixture.Server.Folder, "scenarios");
        var count = await Scenarios.CopyAsync(Path.Combine(data, "scenarios"), area, copy);

        var (_, output) = await CommandLine.RunAsync(
            "python3",
            [
                Path.Combine(data, "replay.py"), "--server", fixture.Server.Http, "--token", ServerProcess.Token, "--nobody-token", ServerProcess.NobodyToken,
                "--have", "nobody,compacted,watch-expired", "--jobs", "4", "--only", area + "/*", copy,
            ]);

        var passed = Passed().Count(output);
        Assert.True(
            passed >= Required * count,
            $"{passed} of {count} scenarios passed; failing: {string.Join(", ", Failed().Matches(output).Select(m => m.Groups["name"].Value))}\n{output}");
    }

    [GeneratedRegex("^ok   ", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Passed();

    [GeneratedRegex("^FAIL (?<name>\\S+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Failed();
}
