using System.Text.Json;
using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.BackupSchedules;
using BackupServer.Abstractions.Schedules;
using BackupServer.Server.Schedules;

namespace BackupServer.Server.Tests.Schedules;

/// <summary>Runs the golden cases of tests/data/golden/schedule. Their backups are named after the moment; ours after the tick (design, api.md).</summary>
public sealed class GoldenScheduleTests
{
    public static TheoryData<string> Cases => [.. Directory.GetFiles(Folder, "*.json").Select(f => Path.GetFileName(f)).Order()];

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "data", "golden", "schedule");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Golden_schedule_case_holds(string file)
    {
        var test = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, file)))!.AsObject();
        var expected = test["expected"]!.AsObject();
        var schedule = ReadSchedule(test);
        var problems = new List<string>();
        var expression = ScheduleParser.Parse(schedule.Spec.Schedule, (string?)test["timeZone"], new ObjectName("backup-system", schedule.Metadata.Name), problems);

        Assert.Empty(problems);
        if (test["after"] is { } after)
        {
            AssertNext(expected, expression!, DateTimeOffset.Parse((string)after!));
            return;
        }

        var now = DateTimeOffset.Parse((string)test["now"]!);
        var decision = SchedulePlanner.Decide(schedule, expression!, IsRunning(test), now, (bool?)test["server"]?["skipImmediately"] ?? false);
        var known = new HashSet<string> { "due", "next", "runs", "starts", "backup", "backupAbsent", "status", "schedule" };
        Assert.Empty(expected.Select(e => e.Key).Except(known));
        if (expected["due"] is { } due)
        {
            Assert.Equal((bool)due, decision.Due is not null);
        }

        if (expected["starts"] is { } starts)
        {
            Assert.Equal((bool)starts, decision.Starts);
        }

        if (expected["runs"] is { } runs)
        {
            Assert.Equal((int)runs == 1, decision.Starts);
        }

        if (expected["next"] is JsonArray next)
        {
            Assert.Equal(DateTimeOffset.Parse((string)next[0]!), decision.Next);
        }

        if (expected["status"]?["lastSkipped"] is { } skipped)
        {
            Assert.Equal(DateTimeOffset.Parse((string)skipped!), decision.SkippedUntil);
        }

        AssertBackup(expected, schedule, decision);
    }

    private static BackupSchedule ReadSchedule(JsonObject test)
    {
        var schedule = new BackupSchedule { Spec = test["schedule"].Deserialize<BackupScheduleSpec>(KubernetesJson.Options)! };
        schedule.Metadata = test["metadata"]?.Deserialize<ObjectMeta>(KubernetesJson.Options) ?? new ObjectMeta();
        schedule.Metadata.Name = schedule.Metadata.Name.Length == 0 ? "daily" : schedule.Metadata.Name;
        schedule.Metadata.CreationTimestamp = test["created"] is { } created ? DateTimeOffset.Parse((string)created!) : null;
        schedule.Status = test["status"]?.Deserialize<BackupScheduleStatus>(KubernetesJson.Options);
        return schedule;
    }

    private static bool IsRunning(JsonObject test) =>
        test["backups"] is JsonArray backups
        && backups.Any(b => (string?)b!["schedule"] == "daily" && ScheduledBackups.HoldsUp(Phase((string?)b["phase"])));

    /// <summary>Velero's phases that only wait for data movement are our Finalizing: objects are stored and nothing is read any more.</summary>
    private static BackupPhase? Phase(string? name) => name switch
    {
        null or "" => null,
        "WaitingForPluginOperations" or "WaitingForPluginOperationsPartiallyFailed" => BackupPhase.Finalizing,
        "FinalizingPartiallyFailed" => BackupPhase.Finalizing,
        _ => Enum.Parse<BackupPhase>(name),
    };

    private static void AssertNext(JsonObject expected, IScheduleExpression expression, DateTimeOffset after)
    {
        foreach (var time in expected["next"]!.AsArray())
        {
            var next = expression.NextAfter(after);
            Assert.Equal(DateTimeOffset.Parse((string)time!), next);
            after = next!.Value;
        }
    }

    private static void AssertBackup(JsonObject expected, BackupSchedule schedule, ScheduleDecision decision)
    {
        if (expected["backup"] is not JsonObject template)
        {
            return;
        }

        var backup = JsonSerializer.SerializeToNode(ScheduledBackup.Make(schedule, decision.Due!.Value), KubernetesJson.Options)!.AsObject();
        Assert.Equal(ScheduledBackup.NameOf(schedule.Metadata.Name, decision.Due.Value), (string?)backup["metadata"]!["name"]);
        (template["metadata"] as JsonObject)?.Remove("name");
        foreach (var owner in template["metadata"]?["ownerReferences"]?.AsArray() ?? [])
        {
            owner!["kind"] = "BackupSchedule";
        }

        AssertSubset(template, backup, "");
        foreach (var pointer in expected["backupAbsent"]?.AsArray() ?? [])
        {
            Assert.Null(Find(backup, (string)pointer!));
        }
    }

    private static JsonNode? Find(JsonNode node, string pointer) =>
        pointer.Split('/').Skip(1).Select(p => p.Replace("~1", "/").Replace("~0", "~")).Aggregate((JsonNode?)node, (n, key) => n is JsonObject o ? o[key] : null);

    private static void AssertSubset(JsonNode expected, JsonNode? actual, string path)
    {
        if (expected is JsonObject map)
        {
            foreach (var (key, value) in map)
            {
                AssertSubset(value!, (actual as JsonObject)?[key], $"{path}/{key}");
            }
        }
        else if (expected is JsonArray list)
        {
            Assert.Equal(list.Count, (actual as JsonArray)?.Count);
            for (var i = 0; i < list.Count; i++)
            {
                AssertSubset(list[i]!, actual![i], $"{path}/{i}");
            }
        }
        else
        {
            Assert.True(JsonNode.DeepEquals(expected, actual), $"{path}: expected {expected}, got {actual}");
        }
    }
}
