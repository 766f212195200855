using System.Text.Json;
using BackupServer.Repository.Forgetting;
using BackupServer.Repository.Tests.Support;

namespace BackupServer.Repository.Tests.Forgetting;

/// <summary>The cases whose expectations come from stock restic. Those about times to live belong to the server.</summary>
public sealed class GoldenRetentionTests
{
    public static TheoryData<string> Cases() =>
        [.. Directory.EnumerateFiles(TestData.Retention, "*.json").Where(static file => File.ReadAllText(file).Contains("\"policy\"", StringComparison.Ordinal))
            .Select(static file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    [Fact]
    public void All_cases_with_a_policy_are_there() => Assert.Equal(17, Cases().Count);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Decides_as_the_case_says(string name)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(TestData.Retention, name + ".json"), TestContext.Current.CancellationToken);
        using var document = JsonDocument.Parse(text);
        var test = document.RootElement;
        var backups = test.GetProperty("backups").EnumerateArray()
            .Select(static backup => (Name: backup.GetProperty("name").GetString()!, Time: backup.GetProperty("time").GetDateTimeOffset()))
            .ToList();

        var plan = RetentionPlanner.Plan(
            backups,
            static backup => backup.Time,
            static _ => [],
            Policy(test.GetProperty("policy")),
            TimeZoneInfo.FindSystemTimeZoneById(test.GetProperty("timeZone").GetString()!),
            DateTimeOffset.MaxValue);

        var expected = test.GetProperty("expected");
        Assert.Equal(Names(expected.GetProperty("keep")), plan.Kept.Select(static kept => kept.Item.Name).Order(StringComparer.Ordinal));
        Assert.Equal(Names(expected.GetProperty("remove")), plan.Removed.Select(static backup => backup.Name).Order(StringComparer.Ordinal));
        foreach (var reasons in expected.TryGetProperty("reasons", out var all) ? all.EnumerateObject() : default)
        {
            var kept = Assert.Single(plan.Kept, kept => kept.Item.Name == reasons.Name);
            Assert.Equal(Names(reasons.Value), kept.Reasons.Order(StringComparer.Ordinal));
        }
    }

    private static IEnumerable<string> Names(JsonElement list) =>
        list.EnumerateArray().Select(static name => name.GetString()!).Order(StringComparer.Ordinal);

    private static RetentionPolicy Policy(JsonElement json)
    {
        var policy = new RetentionPolicy();
        foreach (var rule in json.EnumerateObject())
        {
            policy = rule.Name switch
            {
                "keepLast" => policy with { KeepLast = rule.Value.GetInt32() },
                "keepHourly" => policy with { KeepHourly = rule.Value.GetInt32() },
                "keepDaily" => policy with { KeepDaily = rule.Value.GetInt32() },
                "keepWeekly" => policy with { KeepWeekly = rule.Value.GetInt32() },
                "keepMonthly" => policy with { KeepMonthly = rule.Value.GetInt32() },
                "keepYearly" => policy with { KeepYearly = rule.Value.GetInt32() },
                "keepWithin" => policy with { KeepWithin = Period(rule) },
                "keepWithinHourly" => policy with { KeepWithinHourly = Period(rule) },
                "keepWithinDaily" => policy with { KeepWithinDaily = Period(rule) },
                "keepWithinWeekly" => policy with { KeepWithinWeekly = Period(rule) },
                "keepWithinMonthly" => policy with { KeepWithinMonthly = Period(rule) },
                "keepWithinYearly" => policy with { KeepWithinYearly = Period(rule) },
                _ => throw new InvalidOperationException($"unknown rule {rule.Name}"),
            };
        }

        return policy;
    }

    private static RetentionPeriod Period(JsonProperty rule) => RetentionPeriod.Parse(rule.Value.GetString()!);
}
