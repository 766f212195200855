using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.CustomResources;
using BackupServer.DevCluster.Tests.Support;

namespace BackupServer.DevCluster.Tests.CustomResources;

public sealed class OperatorDefinitionTests
{
    [Fact]
    public async Task Definitions_of_well_known_operators_are_accepted_and_served()
    {
        var definitions = SharedManifests.Operators("crds.yaml").Where(obj => (string?)obj["kind"] == "CustomResourceDefinition").ToList();
        await using var cluster = new TestCluster();

        foreach (var definition in definitions)
        {
            var stored = cluster.Apply("apiextensions.k8s.io/v1", "customresourcedefinitions", definition.ToJsonString(), "");
            foreach (var served in DefinitionReader.Read(stored))
            {
                Assert.NotNull(served.Schema);
                Assert.NotEmpty(new CustomResourcePrinter(served).Columns);
            }
        }

        Assert.True(definitions.Count > 20, $"{definitions.Count} definitions");
    }

    [Fact]
    public async Task Samples_of_operators_pass_their_own_schemas()
    {
        var (created, refused) = await TryAsync("samples");

        Assert.True(created > 50, $"{created} samples");
        Assert.True(refused.Count == 0, string.Join("\n", refused));
    }

    [Fact]
    public async Task Samples_that_the_operators_call_invalid_are_refused()
    {
        var (_, refused) = await TryAsync("rejected");

        Assert.Contains(
            "VolumeSnapshot.snapshot.storage.k8s.io \"new-snapshot-demo-v1\" is invalid: spec.source: Invalid value: exactly one of volumeSnapshotContentName and persistentVolumeClaimName must be set",
            refused);
    }

    private static async Task<(int Created, List<string> Refused)> TryAsync(string folder)
    {
        var definitions = SharedManifests.Operators("crds.yaml").Where(obj => (string?)obj["kind"] == "CustomResourceDefinition").ToList();
        await using var cluster = new TestCluster();
        foreach (var stored in definitions.Select(definition => cluster.Apply("apiextensions.k8s.io/v1", "customresourcedefinitions", definition.ToJsonString(), "")))
        {
            var served = DefinitionReader.Read(stored);
            cluster.Resources.Catalog.SetCustom(served[0].Group, served[0].Resource, served);
        }

        var created = 0;
        var refused = new List<string>();
        foreach (var sample in SharedManifests.Operators(folder).Where(obj => (string?)obj["metadata"]?["name"] is not null))
        {
            if (cluster.Resources.Catalog.TryGetKind((string?)sample["apiVersion"] ?? "", (string?)sample["kind"] ?? "", out var resource) && resource.IsCustom)
            {
                created += Create(cluster, resource, sample, refused);
            }
        }

        return (created, refused);
    }

    private static int Create(TestCluster cluster, Registry.ResourceDefinition resource, JsonObject sample, List<string> refused)
    {
        try
        {
            cluster.Resources.Create(resource, resource.Namespaced ? "ns" : "", (JsonObject)sample.DeepClone(), new WriteOptions());
            return 1;
        }
        catch (ApiStatusException taken) when (taken.Code == 409)
        {
            return 0;
        }
        catch (ApiStatusException error)
        {
            refused.Add(error.Message);
            return 0;
        }
    }
}
