namespace BackupServer.DevCluster.Tests.Transcripts;

/// <summary>
/// The recorded answers of a Kubernetes 1.36 API server against the real DevCluster, compared as they were recorded. Scenarios that need
/// a node with busybox, a CSI driver or the snapshot controller are left out by the replay (areas <c>node</c>, <c>csi</c>, <c>snapshot</c>).
/// </summary>
public sealed class TranscriptTests(TranscriptServer replayed) : IClassFixture<TranscriptServer>
{
    /// <summary>What does not hold, and why: README.md. A scenario that comes to hold leaves this list, so the list cannot age.</summary>
    private static readonly string[] Unmet =
    [
        "admission/policy-deny", "admission/policy-invalid", "admission/policy-runtime-error", "admission/policy-warn",
        "admission/webhook-fail", "admission/webhook-invalid", "admission/webhook-mutating-fail", "admission/webhook-service-missing",
    ];

    public static TheoryData<string> Areas { get; } =
        [.. Directory.GetDirectories(Path.Combine(TranscriptServer.Data, "scenarios")).Select(folder => Path.GetFileName(folder)!)
            .Where(area => area is not ("node" or "csi" or "snapshot")).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Areas))]
    public void Every_recorded_scenario_of_an_area_gets_the_recorded_answers_but_for_those_named_here(string area)
    {
        var recorded = Directory.GetFiles(Path.Combine(TranscriptServer.Data, "scenarios", area), "*.json").Length;

        var passed = replayed.Scenarios("ok", area);
        var failed = replayed.Scenarios("FAIL", area);

        Assert.Equal(recorded, passed.Count + failed.Count);
        Assert.True(
            failed.Order(StringComparer.Ordinal).SequenceEqual(Unmet.Where(name => name.StartsWith(area + "/", StringComparison.Ordinal)), StringComparer.Ordinal),
            $"{passed.Count} of {recorded} hold; failing: {string.Join(", ", failed)}\n{replayed.Differences(area)}");
    }
}
