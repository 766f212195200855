using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Engine.Backups;
using BackupServer.Engine.Reporting;
using BackupServer.Server.Runs;

namespace BackupServer.Server.Tests.Runs;

public sealed class BackupStatusOfTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = Start.AddMinutes(3);
    private static readonly BackupStatus Begun = new() { Phase = BackupPhase.InProgress, StartTimestamp = Start, Expiration = Start.AddDays(30) };

    [Theory]
    [InlineData(RunStage.Objects, BackupPhase.InProgress)]
    [InlineData(RunStage.Volumes, BackupPhase.WaitingForVolumes)]
    [InlineData(RunStage.Finalizing, BackupPhase.Finalizing)]
    public void Stage_of_the_run_is_the_phase(RunStage stage, BackupPhase phase)
    {
        var status = BackupStatusOf.Progress(Begun, new RunProgress { Stage = stage, TotalItems = 10, ItemsDone = 4, TotalBytes = 100, BytesDone = 50, CurrentResource = "pods" });

        Assert.Equal(phase, status.Phase);
        Assert.Equal(new BackupProgress { TotalItems = 10, ItemsBackedUp = 4, TotalBytes = 100, BytesDone = 50, CurrentResource = "pods" }, status.Progress);
        Assert.Equal((Start, Begun.Expiration), (status.StartTimestamp!.Value, status.Expiration));
        Assert.Null(status.CompletionTimestamp);
    }

    [Theory]
    [InlineData(RunOutcome.Completed, BackupPhase.Completed)]
    [InlineData(RunOutcome.PartiallyFailed, BackupPhase.PartiallyFailed)]
    [InlineData(RunOutcome.Failed, BackupPhase.Failed)]
    [InlineData(RunOutcome.Canceled, BackupPhase.Canceled)]
    public void Outcome_is_the_last_phase(RunOutcome outcome, BackupPhase phase)
    {
        var status = BackupStatusOf.Report(Begun, Report(outcome), End);

        Assert.Equal((phase, End), (status.Phase, status.CompletionTimestamp!.Value));
        Assert.Equal(Begun.Expiration, status.Expiration);
    }

    [Fact]
    public void Backup_that_kept_nothing_is_not_ready()
    {
        var status = BackupStatusOf.Report(Begun, Report(RunOutcome.Failed), End);

        Assert.Equal(ConditionStatus.False, Ready(status));
    }

    [Fact]
    public void Backup_without_any_object_is_not_ready()
    {
        var status = BackupStatusOf.Report(Begun, Report(RunOutcome.PartiallyFailed) with { SnapshotId = "abc", ItemsBackedUp = 0 }, End);

        Assert.Equal(ConditionStatus.False, Ready(status));
    }

    [Fact]
    public void Condition_says_what_was_read_back()
    {
        var status = BackupStatusOf.Report(Begun, Report(RunOutcome.Completed) with { Verified = VerificationMode.Sample, Proof = "2 of 200 packs were read" }, End);

        Assert.Equal("2 of 200 packs were read", status.Conditions!.Single(c => c.Type == "Verified").Message);
    }

    [Fact]
    public void Backup_that_lacks_a_volume_or_did_not_read_it_is_not_verified()
    {
        var status = BackupStatusOf.Report(Begun, Report(RunOutcome.PartiallyFailed) with { SnapshotId = "abc", Verified = VerificationMode.Sample, VolumesVerified = false, Proof = "a volume is missing" }, End);

        var verified = status.Conditions!.Single(c => c.Type == "Verified");
        Assert.Equal((ConditionStatus.False, "VolumesNotVerified", "a volume is missing"), (verified.Status, verified.Reason, verified.Message));
    }

    [Fact]
    public void Count_of_errors_is_the_true_one_also_when_not_all_are_listed()
    {
        var status = BackupStatusOf.Report(Begun, Report(RunOutcome.PartiallyFailed) with { Errors = [new RunMessage("", "one")], ErrorCount = 7000, WarningCount = 3 }, End);

        Assert.Equal((7000, 3), (status.Errors, status.Warnings));
    }

    [Fact]
    public void Backup_with_a_snapshot_is_ready_and_says_how_it_was_verified()
    {
        var status = BackupStatusOf.Report(Begun, Report(RunOutcome.PartiallyFailed) with { SnapshotId = "abc", Verified = VerificationMode.Sample }, End);

        Assert.Equal(ConditionStatus.True, Ready(status));
        var verified = status.Conditions!.Single(c => c.Type == "Verified");
        Assert.Equal((ConditionStatus.True, "Sample"), (verified.Status, verified.Reason));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(VerificationMode.None)]
    public void Backup_that_was_not_read_back_is_not_verified(VerificationMode? mode)
    {
        var status = BackupStatusOf.Report(Begun, Report(RunOutcome.Completed) with { SnapshotId = "abc", Verified = mode }, End);

        Assert.Equal(ConditionStatus.False, status.Conditions!.Single(c => c.Type == "Verified").Status);
    }

    [Fact]
    public void Failure_keeps_what_was_known_and_says_why()
    {
        var status = BackupStatusOf.Failure(Begun with { StartTimestamp = Start }, End, "the disk is full");

        Assert.Equal((BackupPhase.Failed, Start, End, 1), (status.Phase, status.StartTimestamp!.Value, status.CompletionTimestamp!.Value, status.Errors));
        Assert.Equal(["the disk is full"], status.Messages!);
        Assert.Equal(Begun.Expiration, status.Expiration);
    }

    private static ConditionStatus Ready(BackupStatus status) => status.Conditions!.Single(c => c.Type == "Ready").Status;

    private static BackupReport Report(RunOutcome outcome) => new() { Outcome = outcome, ItemsBackedUp = 1, StartedAt = Start, CompletedAt = End };
}
