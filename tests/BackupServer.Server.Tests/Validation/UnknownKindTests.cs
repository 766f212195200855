using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.BackupSchedules;
using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.Engine.Clusters;
using BackupServer.Server.Validation;

namespace BackupServer.Server.Tests.Validation;

public sealed class UnknownKindTests
{
    private static readonly ValidationContext Context = new()
    {
        ServerNamespace = "backup-system",
        Locations = [new BackupStorageLocation { Metadata = new() { Name = "l" }, Spec = new() { Provider = "FileSystem" } }],
        Kinds = new ApiCatalog([new ResourceType { Resource = new("", "v1", "pods"), Kind = "Pod", Namespaced = true }]),
    };

    private static readonly BackupSpec Mistyped = new() { StorageLocation = "l", IncludedResources = ["pods", "deploymentz"], ExcludedResources = ["secretz"] };

    [Fact]
    public void Backup_of_kinds_that_the_cluster_does_not_have_fails_validation_with_field_and_value()
    {
        var problems = BackupValidator.Validate(Backup(null), Context).Problems;

        Assert.Equal(2, problems.Count);
        Assert.StartsWith("spec.includedResources[1]: \"deploymentz\" is not a resource of this cluster", problems[0], StringComparison.Ordinal);
        Assert.StartsWith("spec.excludedResources[0]: \"secretz\" is not a resource of this cluster", problems[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Backup_of_a_schedule_is_made_all_the_same_because_the_rest_is_worth_keeping() =>
        Assert.Empty(BackupValidator.Validate(Backup(new() { [Labels.ScheduleName] = "nightly" }), Context).Problems);

    [Fact]
    public void Schedule_that_never_made_a_backup_is_refused_and_names_the_fields_of_its_template()
    {
        var validation = ScheduleValidator.Validate(Schedule(null), Context);

        Assert.Null(validation.Ticks);
        Assert.Collection(
            validation.Problems,
            p => Assert.StartsWith("spec.template.includedResources[1]: \"deploymentz\"", p, StringComparison.Ordinal),
            p => Assert.StartsWith("spec.template.excludedResources[0]: \"secretz\"", p, StringComparison.Ordinal));
    }

    [Fact]
    public void Schedule_that_has_made_backups_names_the_kind_that_is_gone_and_goes_on()
    {
        var validation = ScheduleValidator.Validate(Schedule(DateTimeOffset.UnixEpoch), Context);

        Assert.NotNull(validation.Ticks);
        Assert.Equal(2, validation.Problems.Count);
    }

    private static Backup Backup(Dictionary<string, string>? labels) =>
        new() { Metadata = new ObjectMeta { Name = "b", Namespace = "backup-system", Labels = labels }, Spec = Mistyped };

    private static BackupSchedule Schedule(DateTimeOffset? lastBackup) => new()
    {
        Metadata = new ObjectMeta { Name = "s", Namespace = "backup-system" },
        Spec = new BackupScheduleSpec { Schedule = "@daily", Template = Mistyped },
        Status = new BackupScheduleStatus { LastBackup = lastBackup },
    };
}
