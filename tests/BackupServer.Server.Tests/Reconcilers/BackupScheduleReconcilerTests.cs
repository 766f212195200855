using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.BackupSchedules;
using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.Server.Reconcilers;
using BackupServer.Server.Schedules;
using BackupServer.Server.Tests.Locations;
using BackupServer.Tests.Clusters;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Quartz;

namespace BackupServer.Server.Tests.Reconcilers;

public sealed class BackupScheduleReconcilerTests(DevClusterFixture cluster)
{
    [Fact]
    public async Task Schedule_into_a_location_that_does_not_exist_says_so_and_goes_on_when_it_appears()
    {
        await using var parts = await ServerParts.CreateAsync(cluster);
        var template = new Abstractions.Resources.Backups.BackupSpec { StorageLocation = "comes-later" };

        var refused = await ReconcileAsync(parts, await CreateAsync(parts, template));
        var location = await parts.Client.CreateAsync(
            new BackupStorageLocation
            {
                Metadata = new ObjectMeta { Name = "comes-later", Namespace = parts.Options.Namespace },
                Spec = new BackupStorageLocationSpec { Provider = "FileSystem", ObjectStorage = new ObjectStorageSpec { Bucket = parts.Directory } },
            },
            cancellationToken: ServerParts.Ct);
        var healed = await ReconcileAsync(parts, refused.Schedule);

        Assert.Equal(BackupSchedulePhase.FailedValidation, refused.Schedule.Status!.Phase);
        Assert.StartsWith("spec.template.storageLocation: there is no BackupStorageLocation \"comes-later\"", Assert.Single(refused.Schedule.Status.ValidationErrors!), StringComparison.Ordinal);
        Assert.NotNull(refused.LookAgain);
        Assert.Equal("comes-later", location.Metadata.Name);
        Assert.Equal(BackupSchedulePhase.Enabled, healed.Schedule.Status!.Phase);
        Assert.Null(healed.Schedule.Status.ValidationErrors);
        Assert.NotNull(healed.Schedule.Status.NextBackup);
        Assert.Null(healed.LookAgain);
    }

    [Fact]
    public async Task Schedule_of_a_kind_without_definition_is_looked_at_again_and_goes_on_when_the_definition_is_there()
    {
        await using var parts = await ServerParts.CreateAsync(cluster);
        var location = await parts.CreateLocationAsync();
        var template = new Abstractions.Resources.Backups.BackupSpec { StorageLocation = location.Metadata.Name, IncludedResources = ["pods", "lateones.example.com"] };

        var refused = await ReconcileAsync(parts, await CreateAsync(parts, template));
        await DefineAsync(parts, "lateones", "LateOne");
        var kind = new GroupVersionResource("apiextensions.k8s.io", "v1", "customresourcedefinitions");
        await Eventually.HoldsAsync(
            async () => (await parts.Client.GetAsync(kind, null, "lateones.example.com", ServerParts.Ct)).ToNode()["status"]?["conditions"]?.ToJsonString().Contains("Established", StringComparison.Ordinal) == true,
            "the definition is established");
        var healed = await ReconcileAsync(parts, refused.Schedule);

        Assert.Equal(BackupSchedulePhase.FailedValidation, refused.Schedule.Status!.Phase);
        Assert.StartsWith("spec.template.includedResources[1]: \"lateones.example.com\"", Assert.Single(refused.Schedule.Status.ValidationErrors!), StringComparison.Ordinal);
        Assert.Equal(BackupSchedulePhase.Enabled, healed.Schedule.Status!.Phase);
    }

    private static async Task<BackupSchedule> CreateAsync(ServerParts parts, Abstractions.Resources.Backups.BackupSpec template) => await parts.Client.CreateAsync(
        new BackupSchedule
        {
            Metadata = new ObjectMeta { GenerateName = "schedule-", Namespace = parts.Options.Namespace },
            Spec = new BackupScheduleSpec { Schedule = "@yearly", Template = template },
        },
        cancellationToken: ServerParts.Ct);

    private static async Task<(BackupSchedule Schedule, TimeSpan? LookAgain)> ReconcileAsync(ServerParts parts, BackupSchedule schedule)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.AddQuartz(quartz => quartz.AddJob<TickJob>(job => job.WithIdentity(TickJob.Key).StoreDurably()));
        await using var app = builder.Build();
        var clock = new ScheduleClock(app.Services.GetRequiredService<ISchedulerFactory>());
        var reconciler = new BackupScheduleReconciler(parts.Client, parts.Options, parts.Lookups, clock, TimeProvider.System);
        var result = await reconciler.ReconcileAsync(new ObjectName(parts.Options.Namespace, schedule.Metadata.Name), ServerParts.Ct);
        return (await parts.Client.GetAsync<BackupSchedule>(parts.Options.Namespace, schedule.Metadata.Name, ServerParts.Ct), result.RequeueAfter);
    }

    private static async Task DefineAsync(ServerParts parts, string plural, string kind)
    {
        var definition = JsonNode.Parse($$$"""
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"{{{plural}}}.example.com"},
            "spec":{"group":"example.com","scope":"Namespaced","names":{"plural":"{{{plural}}}","singular":"{{{plural}}}-one","kind":"{{{kind}}}"},
            "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object"} } }] } }
            """)!;
        _ = await parts.Client.CreateAsync(new GroupVersionResource("apiextensions.k8s.io", "v1", "customresourcedefinitions"), null, RawObject.From(definition.AsObject()).Utf8, cancellationToken: ServerParts.Ct);
    }
}
