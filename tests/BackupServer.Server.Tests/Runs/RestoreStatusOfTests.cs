using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Engine.Reporting;
using BackupServer.Engine.Restores;
using BackupServer.Server.Runs;

namespace BackupServer.Server.Tests.Runs;

public sealed class RestoreStatusOfTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = Start.AddMinutes(3);
    private static readonly RunMessage Refusal = new("spec.includedResources[1]", "\"deploymentz\" is not known");
    private static readonly RestoreStatus Begun = new() { Phase = RestorePhase.InProgress, StartTimestamp = Start, BackupName = "nightly" };

    [Theory]
    [InlineData(RunOutcome.Completed, RestorePhase.Completed)]
    [InlineData(RunOutcome.PartiallyFailed, RestorePhase.PartiallyFailed)]
    [InlineData(RunOutcome.Failed, RestorePhase.Failed)]
    [InlineData(RunOutcome.Canceled, RestorePhase.Canceled)]
    public void Outcome_is_the_last_phase(RunOutcome outcome, RestorePhase phase)
    {
        var status = RestoreStatusOf.Report(Begun, Report(outcome), End);

        Assert.Equal((phase, End, "nightly"), (status.Phase, status.CompletionTimestamp!.Value, status.BackupName));
    }

    [Fact]
    public void What_the_plan_refuses_is_a_validation_error()
    {
        var status = RestoreStatusOf.Report(Begun, Report(RunOutcome.Failed) with { Refusals = [Refusal], Errors = [Refusal, new("", "something else")] }, End);

        Assert.Equal(RestorePhase.FailedValidation, status.Phase);
        Assert.Equal(["spec.includedResources[1]: \"deploymentz\" is not known"], status.ValidationErrors);
        Assert.Equal(["something else"], status.Messages);
    }

    [Fact]
    public void Workloads_that_did_not_become_ready_are_named_in_the_condition()
    {
        var status = RestoreStatusOf.Report(Begun, Report(RunOutcome.Completed) with { Ready = false, NotReady = ["deployment a", "deployment b"] }, End);

        var ready = Assert.Single(status.Conditions!);
        Assert.Equal(("Ready", ConditionStatus.False, "deployment a; deployment b"), (ready.Type, ready.Status, ready.Message));
    }

    [Fact]
    public void Restore_that_did_not_wait_says_nothing_about_readiness()
    {
        Assert.Null(RestoreStatusOf.Report(Begun, Report(RunOutcome.Completed), End).Conditions);
    }

    [Fact]
    public void Plan_of_a_dry_run_is_cut_to_what_an_object_can_hold()
    {
        var status = RestoreStatusOf.Report(Begun, Report(RunOutcome.Completed) with { PlanLines = [.. Enumerable.Range(0, 5000).Select(i => $"line {i}")] }, End);

        Assert.InRange(status.Messages!.Count, 1, 200);
        Assert.Equal("line 0", status.Messages[0]);
    }

    [Fact]
    public void What_a_restore_waits_for_is_in_its_status_while_it_waits()
    {
        var waits = RestoreStatusOf.Progress(Begun, new RunProgress { Waits = ["waits up to 2m0s for namespace shop"] });
        var goesOn = RestoreStatusOf.Progress(Begun, new RunProgress());

        Assert.Equal(["waits up to 2m0s for namespace shop"], waits.Messages);
        Assert.Null(goesOn.Messages);
    }

    private static RestoreReport Report(RunOutcome outcome) => new() { Outcome = outcome, StartedAt = Start, CompletedAt = End };
}
