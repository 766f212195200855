using System.Text;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Plugins.ItemActions;
using BackupServer.Engine.Archives;
using BackupServer.Engine.Reporting;
using BackupServer.Engine.Tests.Support;

namespace BackupServer.Engine.Tests.Backups;

public sealed class PluginActionTests
{
    public static TheoryData<string> BrokenActions => ["throws", "hangs", "blocks", "nothing", "another object"];

    [Theory]
    [MemberData(nameof(BrokenActions))]
    public async Task Broken_action_is_an_error_about_the_object_which_is_stored_unchanged(string kind)
    {
        await using var world = EngineWorld.WithShop();
        using var release = new ManualResetEventSlim();
        var action = new ScriptedBackupAction(item => kind switch
        {
            "throws" => throw new InvalidOperationException("boom"),
            "hangs" => new TaskCompletionSource<BackupItemActionResult>().Task,
            "blocks" => Block(release),
            "nothing" => Task.FromResult<BackupItemActionResult>(null!),
            _ => Task.FromResult(new BackupItemActionResult { Changed = new() { ["apiVersion"] = "v1", ["kind"] = "Pod", ["metadata"] = new System.Text.Json.Nodes.JsonObject() } }),
        });

        var patience = kind is "hangs" or "blocks" ? TimeSpan.FromMilliseconds(100) : EngineWorld.Patience;
        var report = await world.BackUpAsync(EngineWorld.Request() with { Actions = [action], ActionTimeout = patience });
        release.Set();

        Assert.Equal(RunOutcome.PartiallyFailed, report.Outcome);
        Assert.Contains("scripted", Assert.Single(report.Errors, error => error.About == "configmaps shop/web").Text, StringComparison.Ordinal);
        Assert.Contains("\"data\":{\"a\":\"1\"}", await StoredTextAsync(world, report.SnapshotId!, "configmaps shop/web"), StringComparison.Ordinal);
        Assert.Equal(0, report.Coverage.Unprotected);
    }

    [Theory]
    [InlineData("hangs")]
    [InlineData("blocks")]
    public async Task Action_that_never_answers_is_switched_off_for_the_run_and_the_objects_are_counted(string kind)
    {
        await using var world = EngineWorld.WithShop();
        for (var i = 0; i < 50; i++)
        {
            world.Cluster.Add($$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"namespace":"shop","name":"many-{{i}}"} }""");
        }

        using var release = new ManualResetEventSlim();
        var calls = 0;
        var called = new TaskCompletionSource();
        var action = new ScriptedBackupAction(_ =>
        {
            Interlocked.Increment(ref calls);
            called.TrySetResult();
            return kind == "blocks" ? Block(release) : new TaskCompletionSource<BackupItemActionResult>().Task;
        });

        var report = await world.BackUpAsync(EngineWorld.Request() with { Actions = [action], ActionTimeout = TimeSpan.FromMilliseconds(100) });
        release.Set();

        Assert.Equal(RunOutcome.PartiallyFailed, report.Outcome);
        Assert.Contains(report.Errors, error => error.Text.Contains("scripted is switched off for the rest of this run", StringComparison.Ordinal));
        var skipped = Assert.Single(report.Errors, error => error.Text.Contains("was switched off, so", StringComparison.Ordinal)).Text;
        Assert.Matches("so [1-9][0-9]+ objects were stored without it: configmaps shop/.* and [0-9]+ more", skipped);
        // On a busy machine a call's patience can end before its thread begins, so the calls may be fewer than the three that switch it off.
        await called.Task.WaitAsync(EngineWorld.Patience, TestContext.Current.CancellationToken);
        Assert.InRange(Volatile.Read(ref calls), 1, 20);
    }

    [Fact]
    public async Task Action_changes_what_is_stored_and_brings_further_objects()
    {
        await using var world = EngineWorld.WithShop();
        var action = new ScriptedBackupAction(item =>
        {
            var changed = item.Object.ToNode();
            changed["data"]!["a"] = "by action";
            return Task.FromResult(new BackupItemActionResult
            {
                Changed = changed,
                AdditionalItems = [new ObjectReference(new GroupResource("", "configmaps"), new ObjectName("other", "elsewhere"))],
            });
        });

        var report = await world.BackUpAsync(EngineWorld.Request() with { Actions = [action] });

        Assert.Equal(RunOutcome.Completed, report.Outcome);
        Assert.Contains("by action", await StoredTextAsync(world, report.SnapshotId!, "configmaps shop/web"), StringComparison.Ordinal);
        Assert.Contains("configmaps other/elsewhere", await BackupRunnerTests.StoredAsync(world, report.SnapshotId!));
    }

    private static Task<BackupItemActionResult> Block(ManualResetEventSlim release)
    {
        release.Wait(TimeSpan.FromMinutes(2));
        return Task.FromResult(BackupItemActionResult.Unchanged);
    }

    private static async Task<string> StoredTextAsync(EngineWorld world, string snapshotId, string reference)
    {
        await using var repository = await world.OpenAsync();
        var reader = await ManifestReader.OpenAsync(repository, snapshotId, EngineWorld.Token);
        var line = await reader.ReadIndexAsync(EngineWorld.Token).FirstAsync(line => line.Reference.ToString() == reference, EngineWorld.Token);
        return Encoding.UTF8.GetString((await reader.ReadObjectAsync(line, EngineWorld.Token)).Utf8.Span);
    }
}
