using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Server.Validation;

namespace BackupServer.Server.Tests.Validation;

public sealed class RestoreMappingTests
{
    [Fact]
    public void Names_in_mappings_that_no_object_can_have_are_refused_with_field_and_value()
    {
        var problems = Problems(new RestoreSpec
        {
            BackupName = "b1",
            NamespaceMapping = new() { ["shop"] = "Shop_X", ["Not A Name"] = "fine" },
            StorageClassMapping = new() { ["fast"] = "", ["-bad"] = "slow.example.com" },
        });

        Assert.Contains(problems, p => p.StartsWith("spec.namespaceMapping[shop]: \"Shop_X\" is no namespace's name", StringComparison.Ordinal));
        Assert.Contains(problems, p => p.StartsWith("spec.namespaceMapping: key \"Not A Name\"", StringComparison.Ordinal));
        Assert.Contains(problems, p => p.StartsWith("spec.storageClassMapping[fast]: \"\" is no object's name", StringComparison.Ordinal));
        Assert.Contains(problems, p => p.StartsWith("spec.storageClassMapping: key \"-bad\"", StringComparison.Ordinal));
        Assert.Equal(4, problems.Count(p => p.Contains("Mapping", StringComparison.Ordinal)));
    }

    [Fact]
    public void Names_that_objects_have_are_accepted()
    {
        var problems = Problems(new RestoreSpec
        {
            BackupName = "b1",
            NamespaceMapping = new() { ["shop"] = "shop-2" },
            StorageClassMapping = new() { ["fast"] = "slow.storage.example.com" },
        });

        Assert.DoesNotContain(problems, p => p.Contains("Mapping", StringComparison.Ordinal));
    }

    private static List<string> Problems(RestoreSpec spec)
    {
        var restore = new Restore { Metadata = new ObjectMeta { Name = "r1", Namespace = "backup-system" }, Spec = spec };
        return [.. RestoreValidator.Validate(restore, new ValidationContext { ServerNamespace = "backup-system", Locations = [] }).Problems];
    }
}
