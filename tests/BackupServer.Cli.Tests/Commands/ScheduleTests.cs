using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.BackupSchedules;
using BackupServer.Cli.Tests.Running;

namespace BackupServer.Cli.Tests.Commands;

public sealed class ScheduleTests(DevClusterFixture cluster)
{
    [Fact]
    public async Task Create_writes_when_and_what()
    {
        // A leading @ must not be taken for a file with arguments.
        var run = await cluster.RunAsync(
            "schedule", "create", "nightly", "--schedule", "@daily", "--time-zone", "Europe/Berlin", "--concurrency-policy", "Replace", "--starting-deadline-seconds", "600",
            "--jitter", "5m", "--skip-immediately", "--use-owner-references-in-backup", "--paused", "--include-namespaces", "shop");

        var spec = (await cluster.GetAsync<BackupSchedule>("nightly"))["spec"]!;
        Assert.True(run.Code == 0, run.ToString());
        Assert.Equal("@daily", (string?)spec["schedule"]);
        Assert.Equal("Europe/Berlin", (string?)spec["timeZone"]);
        Assert.Equal("Replace", (string?)spec["concurrencyPolicy"]);
        Assert.Equal(600, (long)spec["startingDeadlineSeconds"]!);
        Assert.Equal("5m0s", (string?)spec["jitter"]);
        Assert.True((bool)spec["skipImmediately"]! && (bool)spec["useOwnerReferencesInBackup"]! && (bool)spec["paused"]!);
        Assert.Equal("shop", (string?)spec["template"]!["includedNamespaces"]![0]);
    }

    [Fact]
    public async Task Trigger_makes_a_backup_that_belongs_to_the_schedule()
    {
        await cluster.RunAsync("schedule", "create", "hourly", "--schedule", "0 * * * *", "--labels", "team=x", "--include-namespaces", "shop");

        var run = await cluster.RunAsync("schedule", "trigger", "hourly");
        var listed = await cluster.RunAsync("backup", "get", "-l", "backupserver.io/schedule-name=hourly,team=x", "-o", "name");

        Assert.Equal(0, run.Code);
        Assert.Matches("^backup.backupserver.io/hourly-[0-9]{14}\n$", listed.Out);
        var backup = await cluster.GetAsync<Backup>(listed.Out.Trim()["backup.backupserver.io/".Length..]);
        Assert.Equal("shop", (string?)backup["spec"]!["includedNamespaces"]![0]);
    }

    [Fact]
    public async Task Pause_and_unpause_change_what_is_not_so_already()
    {
        await cluster.RunAsync("schedule", "create", "sleepy", "--schedule", "@weekly");

        var paused = await cluster.RunAsync("schedule", "pause", "sleepy");
        var again = await cluster.RunAsync("schedule", "pause", "sleepy");
        var isPaused = (bool?)(await cluster.GetAsync<BackupSchedule>("sleepy"))["spec"]!["paused"];
        var unpaused = await cluster.RunAsync("schedule", "unpause", "sleepy", "nobody");

        Assert.EndsWith("/sleepy paused\n", paused.Out, StringComparison.Ordinal);
        Assert.EndsWith("/sleepy was already paused\n", again.Out, StringComparison.Ordinal);
        Assert.True(isPaused);
        Assert.Equal(4, unpaused.Code);
        Assert.False((bool?)(await cluster.GetAsync<BackupSchedule>("sleepy"))["spec"]!["paused"]);
    }

    [Fact]
    public async Task Describe_and_delete()
    {
        await cluster.RunAsync("schedule", "create", "shown", "--schedule", "@every 1h30m");

        var shown = await cluster.RunAsync("schedule", "describe", "shown");
        var deleted = await cluster.RunAsync("schedule", "delete", "shown");
        var gone = await cluster.RunAsync("schedule", "delete", "shown");

        Assert.Matches("Schedule: +@every 1h30m\n", shown.Out);
        Assert.Equal(0, deleted.Code);
        Assert.Equal(4, gone.Code);
    }

    [Fact]
    public async Task Preview_of_a_schedule_that_exists_shows_ticks_in_its_time_zone()
    {
        await cluster.RunAsync("schedule", "create", "seen", "--schedule", "30 6 * * *", "--time-zone", "Asia/Tokyo", "--paused");

        var run = await cluster.RunAsync("schedule", "preview", "seen", "-c", "2");

        Assert.True(run.Code == 0, run.ToString());
        var lines = run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Matches("^TICK +TIME ZONE +UTC +IN$", lines[0]);
        Assert.Equal(3, lines.Length);
        Assert.All(lines[1..], line => Assert.Matches(@"^\w{3} \d{4}-\d\d-\d\d 06:30:00 \+09:00 +Asia/Tokyo +\d{4}-\d\d-\d\dT21:30:00Z +\w+$", line));
        Assert.Contains("is paused", run.Error);
    }

    [Fact]
    public async Task Preview_needs_no_cluster_when_the_schedule_is_said()
    {
        var run = await Run.Async(["schedule", "preview", "--schedule", "0 0 29 2 *", "--time-zone", "Europe/Berlin", "-c", "2", "-o", "name", "--kubeconfig", "/nonexistent"]);

        Assert.True(run.Code == 0, run.ToString());
        Assert.Matches("^20[0-9]{2}-02-28T23:00:00Z\n20[0-9]{2}-02-28T23:00:00Z\n$", run.Out);
    }

    [Fact]
    public async Task Preview_of_what_is_no_schedule_names_every_problem()
    {
        var run = await Run.Async(["schedule", "preview", "--schedule", "0 0 31 2 *", "--time-zone", "Mars/Olympus"]);
        var random = await Run.Async(["schedule", "preview", "--schedule", "@daily-random"]);
        var missing = await cluster.RunAsync("schedule", "preview", "nobody");

        Assert.Equal(2, run.Code);
        Assert.Contains("\"Mars/Olympus\"", run.Error);
        Assert.Contains("no month 2 has a day 31", run.Error);
        Assert.Equal(2, random.Code);
        Assert.Contains("give the name too", random.Error);
        Assert.Equal(4, missing.Code);
    }

    [Fact]
    public async Task Schedule_that_cannot_be_read_is_not_created()
    {
        var run = await cluster.RunAsync("schedule", "create", "unreadable", "--schedule", "61 * * * *", "--time-zone", "Mars/Olympus");
        var got = await cluster.RunAsync("schedule", "get", "unreadable");

        Assert.Equal((2, 4), (run.Code, got.Code));
        Assert.Contains("61 * * * *", run.Error, StringComparison.Ordinal);
        Assert.Contains("Mars/Olympus", run.Error, StringComparison.Ordinal);
    }
}
