using BackupServer.Engine.Clusters;
using BackupServer.Engine.Selecting;
using BackupServer.Engine.Tests.Support;

namespace BackupServer.Engine.Tests.Selecting;

public sealed class KindProblemsTests
{
    private const string Unknown = "is not a resource of this cluster";

    [Fact]
    public void Unknown_kinds_are_named_with_field_and_value()
    {
        var problems = KindProblems.Of(["pods", "deploymentz", "deployments.extensions"], ["secretz", "secrets"], TestKinds.Catalog, Unknown).Select(p => p.ToString()).ToList();

        Assert.Equal(3, problems.Count);
        Assert.StartsWith("spec.includedResources[1]: \"deploymentz\" is not a resource of this cluster", problems[0], StringComparison.Ordinal);
        Assert.StartsWith("spec.includedResources[2]: \"deployments.extensions\"", problems[1], StringComparison.Ordinal);
        Assert.StartsWith("spec.excludedResources[0]: \"secretz\"", problems[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Wildcards_and_every_name_of_a_kind_are_no_problem()
    {
        Assert.Empty(KindProblems.Of(["*"], null, TestKinds.Catalog, Unknown));
        Assert.Empty(KindProblems.Of(["*.apps", "cm", "Secret", "deploy.apps"], ["*.batch"], TestKinds.Catalog, Unknown));
        Assert.StartsWith("spec.includedResources[0]: \"*.appz\"", Assert.Single(KindProblems.Of(["*.appz"], null, TestKinds.Catalog, Unknown)).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Leaving_out_what_is_not_installed_here_is_no_problem_but_a_mistyped_kind_of_a_known_group_is()
    {
        Assert.Empty(KindProblems.Of(null, ["backups.velero.io", "*.cilium.io"], TestKinds.Catalog, Unknown));
        Assert.Equal("spec.excludedResources[1]", Assert.Single(KindProblems.Of(null, ["backups.velero.io", "deploymentz.apps"], TestKinds.Catalog, Unknown)).About);
    }

    [Fact]
    public void Kinds_of_a_group_that_does_not_answer_are_not_called_unknown()
    {
        var down = new ApiCatalog(TestKinds.BuiltIn, [new DiscoveryFailure("wardle.example.com/v1", "503")]);

        var problems = KindProblems.Of(["flunders", "flunders.wardle.example.com", "flunders.other.example.com"], null, down, Unknown);

        Assert.Equal("spec.includedResources[2]", Assert.Single(problems).About);
    }

    [Fact]
    public void Star_and_group_means_all_kinds_of_that_group_and_no_other() =>
        Assert.Equal(["deployments.apps", "replicasets.apps", "statefulsets.apps"], KindNames.Resolve("*.apps", TestKinds.Catalog).Select(kind => kind.ToString()));
}
