using System.Text.Json;
using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.BackupSchedules;
using BackupServer.Abstractions.Resources.BackupStorageLocations;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Server.Validation;

namespace BackupServer.Server.Tests.Validation;

/// <summary>Runs the golden cases of tests/data/golden/validation whose fields the custom resources have.</summary>
public sealed class GoldenValidationTests
{
    public static TheoryData<string> Cases => [.. Directory.GetFiles(Folder, "*.json").Select(f => Path.GetFileName(f)).Order()];

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "data", "golden", "validation");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Golden_validation_case_holds(string file)
    {
        var test = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, file)))!.AsObject();
        var context = new ValidationContext
        {
            ServerNamespace = "backup-system",
            Locations = Existing<BackupStorageLocation>(test),
            Backups = Existing<Backup>(test),
        };

        var (problems, completed) = Validate(test["object"]!.AsObject(), context);

        var expected = test["expected"]!["errors"]!.AsArray().Select(e => (string)e!).ToList();
        Assert.All(expected, text => Assert.Contains(problems, p => p.Contains(text, StringComparison.OrdinalIgnoreCase)));
        Assert.Equal(expected.Count == 0, problems.Count == 0);
        if (test["expected"]!["completed"]?["storageLocation"] is { } location)
        {
            Assert.Equal((string)location!, completed);
        }
    }

    private static (List<string> Problems, string? Location) Validate(JsonObject resource, ValidationContext context)
    {
        switch ((string)resource["kind"]!)
        {
            case "Backup":
                var backup = BackupValidator.Validate(resource.Deserialize<Backup>(KubernetesJson.Options)!, context);
                return ([.. backup.Problems], backup.Location?.Metadata.Name);
            case "Restore":
                return ([.. RestoreValidator.Validate(resource.Deserialize<Restore>(KubernetesJson.Options)!, context).Problems], null);
            default:
                return ([.. ScheduleValidator.Validate(resource.Deserialize<BackupSchedule>(KubernetesJson.Options)!, context).Problems], null);
        }
    }

    /// <summary>The cases' finished backups carry no snapshot id, because other implementations have none; ours are finished by having one.</summary>
    private static List<T> Existing<T>(JsonObject test)
        where T : class, ICustomResource
    {
        var found = test["existing"]!.AsArray().Where(o => (string?)o!["kind"] == CustomResourceAttribute.Of(typeof(T)).Kind).ToList();
        foreach (var backup in found.Where(o => o!["kind"]!.GetValue<string>() == "Backup" && o["status"]?["phase"]?.GetValue<string>() is "Completed" or "PartiallyFailed"))
        {
            backup!["status"]!["snapshotID"] = new string('0', 64);
        }

        return [.. found.Select(o => o.Deserialize<T>(KubernetesJson.Options)!)];
    }
}
