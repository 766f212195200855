using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Server.Validation;

namespace BackupServer.Server.Tests.Validation;

public sealed class RestoreValidatorTests
{
    [Fact]
    public void Restore_with_an_unknown_schedule_says_that_there_is_no_such_schedule()
    {
        var validation = Validate("nightli", new ValidationContext { ServerNamespace = "backup-system", Locations = [], Schedules = ["weekly", "nightly"] });

        Assert.Equal(
            ["spec.scheduleName: there is no BackupSchedule \"nightli\", and no backup was made by one of that name; there are: nightly, weekly"], validation.Problems);
    }

    [Fact]
    public void Schedule_without_a_completed_backup_is_another_problem()
    {
        var validation = Validate("nightly", new ValidationContext { ServerNamespace = "backup-system", Locations = [], Schedules = ["nightly"] });

        Assert.Equal(["spec.scheduleName: schedule \"nightly\" has no completed backup"], validation.Problems);
    }

    [Fact]
    public void Schedule_that_is_gone_but_left_backups_is_restored_from()
    {
        var context = new ValidationContext { ServerNamespace = "backup-system", Locations = [new() { Metadata = new() { Name = "l" } }], Backups = [BackupOf("gone")] };

        var validation = Validate("gone", context);

        Assert.Empty(validation.Problems);
        Assert.Equal("gone-1", validation.Backup!.Metadata.Name);
    }

    private static RestoreValidation Validate(string schedule, ValidationContext context) => RestoreValidator.Validate(
        new Restore { Metadata = new ObjectMeta { Name = "r", Namespace = "backup-system" }, Spec = new RestoreSpec { ScheduleName = schedule } }, context);

    private static Backup BackupOf(string schedule) => new()
    {
        Metadata = new ObjectMeta { Name = $"{schedule}-1", Namespace = "backup-system", Labels = new() { [Labels.ScheduleName] = schedule } },
        Spec = new BackupSpec { StorageLocation = "l" },
        Status = new BackupStatus { Phase = BackupPhase.Completed, SnapshotId = "1234", StartTimestamp = DateTimeOffset.UnixEpoch },
    };
}
