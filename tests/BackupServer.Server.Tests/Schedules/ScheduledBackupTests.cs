using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.BackupSchedules;
using BackupServer.Server.Schedules;

namespace BackupServer.Server.Tests.Schedules;

public sealed class ScheduledBackupTests
{
    private static readonly DateTimeOffset Tick = new(2026, 3, 10, 14, 0, 0, TimeSpan.FromHours(2));

    [Fact]
    public void Name_is_that_of_the_schedule_and_the_tick_in_UTC()
    {
        Assert.Equal("nightly-20260310120000", ScheduledBackup.NameOf("nightly", Tick));
    }

    /// <summary>The cluster refused every backup of a schedule whose name is longer than a label's value may be.</summary>
    [Fact]
    public void Schedule_with_a_name_longer_than_a_label_value_makes_backups()
    {
        var schedule = new BackupSchedule { Metadata = new ObjectMeta { Name = new string('n', 100), Namespace = "backup-system" }, Spec = new BackupScheduleSpec { Schedule = "@daily" } };

        var label = ScheduledBackup.Make(schedule, Tick).Metadata.Labels![Labels.ScheduleName];

        Assert.Equal(ShortLabel.Of(schedule.Metadata.Name), label);
        Assert.InRange(label.Length, 1, 63);
    }
}
