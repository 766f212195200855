using System.Text.Json.Nodes;
using BackupServer.DevCluster.Controllers;
using BackupServer.DevCluster.Controllers.Volumes;

namespace BackupServer.DevCluster.Tests.Controllers.Volumes;

public sealed class VolumeMatchTests
{
    private static readonly JsonObject Claim = Parse("""
        {"metadata":{"namespace":"n","name":"c","uid":"u"},"spec":{"accessModes":["ReadWriteOnce"],"storageClassName":"s","resources":{"requests":{"storage":"4Gi"}}}}
        """);

    [Fact]
    public void The_smallest_that_is_large_enough_is_taken()
    {
        var best = VolumeMatch.Best(Claim, [Volume("big", "10Gi"), Volume("tiny", "1Gi"), Volume("mid", "5Gi"), Volume("read", "4Gi", mode: "ReadOnlyMany")]);

        Assert.Equal("mid", best.Name());
    }

    [Fact]
    public void A_volume_reserved_for_the_claim_comes_first_and_one_of_another_never()
    {
        var reserved = Volume("mine", "20Gi", """,{"namespace":"n","name":"c"}""");
        var other = Volume("other", "4Gi", """,{"namespace":"n","name":"d"}""");

        Assert.Equal("mine", VolumeMatch.Best(Claim, [Volume("fit", "4Gi"), other, reserved]).Name());
        Assert.Null(VolumeMatch.Best(Claim, [other]));
    }

    [Fact]
    public void A_reservation_with_another_uid_is_for_a_claim_that_is_no_more()
    {
        Assert.Null(VolumeMatch.Best(Claim, [Volume("old", "4Gi", """,{"namespace":"n","name":"c","uid":"other"}""")]));
    }

    [Fact]
    public void Before_a_consumer_is_there_only_a_reserved_volume_will_do()
    {
        Assert.Null(VolumeMatch.Best(Claim, [Volume("fit", "4Gi")], reservedOnly: true));
    }

    [Theory]
    [InlineData("Released")]
    [InlineData("Bound")]
    [InlineData("Failed")]
    public void Only_available_volumes_are_taken(string phase)
    {
        var volume = Volume("v", "4Gi");
        volume["status"]!["phase"] = phase;

        Assert.Null(VolumeMatch.Best(Claim, [volume]));
    }

    private static JsonObject Volume(string name, string size, string claimRef = "", string mode = "ReadWriteOnce")
    {
        var volume = Parse($$$"""
            {"metadata":{"name":"{{{name}}}"},"spec":{"accessModes":["{{{mode}}}"],"capacity":{"storage":"{{{size}}}"},"storageClassName":"s"},"status":{"phase":"Available"}}
            """);
        if (claimRef.Length > 0) volume["spec"]!["claimRef"] = JsonNode.Parse(claimRef[1..]);
        return volume;
    }

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
