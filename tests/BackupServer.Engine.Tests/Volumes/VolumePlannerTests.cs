using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Engine.Volumes;

namespace BackupServer.Engine.Tests.Volumes;

public sealed class VolumePlannerTests
{
    private static readonly ClaimFacts Claim = new() { Namespace = "ns", Name = "data", Phase = "Bound", Volume = "pv" };

    [Theory]
    [InlineData(null, null, null, VolumeMethod.Skip, VolumeReason.NotChosen, true)]
    [InlineData(null, "d", null, VolumeMethod.FileCopy, VolumeReason.OptIn, false)]
    [InlineData(true, null, null, VolumeMethod.FileCopy, VolumeReason.Default, false)]
    [InlineData(true, null, "d", VolumeMethod.Skip, VolumeReason.OptOut, false)]
    [InlineData(false, null, null, VolumeMethod.Skip, VolumeReason.NotChosen, false)]
    [InlineData(false, "x, d", null, VolumeMethod.FileCopy, VolumeReason.OptIn, false)]
    [InlineData(false, null, "d", VolumeMethod.Skip, VolumeReason.OptOut, false)]
    public void Annotations_and_mode_decide(bool? optOut, string? chosen, string? excluded, VolumeMethod method, VolumeReason reason, bool loss)
    {
        foreach (var prefix in new[] { "backup.backupserver.io/", "backup.velero.io/" })
        {
            var annotations = new Dictionary<string, string>();
            if (chosen is not null)
            {
                annotations[prefix + "backup-volumes"] = chosen;
            }

            if (excluded is not null)
            {
                annotations[prefix + "backup-volumes-excludes"] = excluded;
            }

            var plan = Assert.Single(Plan(Pod("web") with { Annotations = annotations }, optOut));

            Assert.Equal((method, reason, loss), (plan.Method, plan.Reason, plan.IsLoss));
        }
    }

    [Fact]
    public void Our_annotation_wins_over_veleros()
    {
        var pod = Pod("web") with { Annotations = new Dictionary<string, string> { ["backup.backupserver.io/backup-volumes"] = "other", ["backup.velero.io/backup-volumes"] = "d" } };

        Assert.Equal(VolumeReason.NotChosen, Assert.Single(Plan(pod, optOut: false)).Reason);
    }

    [Fact]
    public void Obstacles_are_losses_with_their_reason()
    {
        Assert.Equal(VolumeReason.PodNotRunning, Loss(Pod("web") with { Phase = "Pending" }));
        Assert.Equal(VolumeReason.NoAgent, Loss(Pod("web") with { Node = "node-2" }));
        Assert.Equal(VolumeReason.NotMounted, Loss(Pod("web", mounted: false)));
        Assert.Equal(VolumeReason.BlockVolume, Loss(Pod("web"), Claim with { Block = true }));
        Assert.Equal(VolumeReason.NotMounted, Loss(Pod("web") with { Volumes = [] }));
        Assert.Equal(VolumeReason.UnsupportedVolume, Loss(Pod("web"), Claim, new PersistentVolumeFacts { Name = "pv", HostPath = true }));
    }

    [Fact]
    public void Claim_without_volume_has_no_data_and_is_no_loss()
    {
        var plan = Assert.Single(Plan(Pod("web"), optOut: true, Claim with { Phase = "Pending", Volume = "" }));

        Assert.Equal((VolumeReason.NotBound, false), (plan.Reason, plan.IsLoss));
    }

    [Fact]
    public void Claim_of_several_pods_is_copied_once_through_the_first_that_can_be_read()
    {
        var plan = Assert.Single(VolumePlanner.Plan(Input(true, Claim) with { Pods = [Pod("c"), Pod("b"), Pod("a") with { Phase = "Succeeded" }] }));

        Assert.Equal("b", plan.Pod);
        Assert.Equal("ns/data", plan.Key);
    }

    [Fact]
    public void Claim_can_be_copied_through_a_pod_that_is_not_in_the_backup()
    {
        var plan = Assert.Single(VolumePlanner.Plan(Input(true, Claim) with { OtherPods = [Pod("elsewhere")] }));

        Assert.Equal((VolumeMethod.FileCopy, "elsewhere"), (plan.Method, plan.Pod));
    }

    [Theory]
    [InlineData("hostPath")]
    [InlineData("secret")]
    [InlineData("configMap")]
    [InlineData("projected")]
    [InlineData("downwardAPI")]
    public void Volumes_without_data_of_their_own_are_never_copied(string source)
    {
        var pod = Pod("web") with { Volumes = [new PodVolumeFacts("d", source, null, true, false)] };

        var plan = Assert.Single(VolumePlanner.Plan(Input(true) with { Pods = [pod] }));

        Assert.Equal((VolumeMethod.Skip, VolumeReason.UnsupportedVolume, false), (plan.Method, plan.Reason, plan.IsLoss));
    }

    [Fact]
    public void Empty_dir_that_a_restore_could_not_fill_is_copied_only_when_it_is_named()
    {
        var pod = Pod("web") with { Volumes = [new PodVolumeFacts("tmp", "emptyDir", null, true, false)] };
        var named = pod with { Annotations = new Dictionary<string, string> { ["backup.velero.io/backup-volumes"] = "tmp" } };

        foreach (var optOut in new bool?[] { true, false, null })
        {
            var plan = Assert.Single(VolumePlanner.Plan(Input(optOut) with { Pods = [pod] }));
            Assert.Equal((VolumeMethod.Skip, VolumeReason.Scratch, false, true), (plan.Method, plan.Reason, plan.IsLoss, plan.IsSpared));
            Assert.Equal(VolumeMethod.FileCopy, Assert.Single(VolumePlanner.Plan(Input(optOut) with { Pods = [named] })).Method);
        }
    }

    [Fact]
    public void Claim_that_a_restore_still_owes_its_data_is_a_loss_whoever_mounts_it()
    {
        Assert.Equal(VolumeReason.RestorePending, Loss(Pod("volume-restore-1"), Claim with { DataPending = true }));
        Assert.Equal(VolumeReason.RestorePending, Loss(Pod("web") with { Volumes = [] }, Claim with { DataPending = true, Phase = "Pending", Volume = "" }));
    }

    [Fact]
    public void Claim_whose_volume_is_gone_is_a_loss() => Assert.Equal(VolumeReason.VolumeGone, Loss(Pod("web"), Claim with { Phase = "Lost" }));

    [Fact]
    public void Claim_that_no_pod_mounts_is_spared_in_opt_in_mode_and_a_loss_otherwise()
    {
        Assert.True(Assert.Single(VolumePlanner.Plan(Input(false, Claim))).IsSpared);
        Assert.True(Assert.Single(VolumePlanner.Plan(Input(true, Claim))).IsLoss);
        Assert.True(Assert.Single(VolumePlanner.Plan(Input(null, Claim))).IsLoss);
    }

    [Fact]
    public void Claim_that_the_backup_leaves_out_is_skipped()
    {
        var plan = Assert.Single(VolumePlanner.Plan(Input(true) with { Pods = [Pod("web")] }));

        Assert.Equal((VolumeReason.ClaimExcluded, false), (plan.Reason, plan.IsLoss));
    }

    [Theory]
    [InlineData("1Gi", "1073741824")]
    [InlineData("500M", "500000000")]
    [InlineData("1e3", "1000")]
    [InlineData("1500m", "1.5")]
    [InlineData("12", "12")]
    public void Quantities_are_read_as_kubernetes_writes_them(string text, string expected)
    {
        Assert.True(Quantity.TryParse(text, out var value));

        Assert.Equal(decimal.Parse(expected), value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Gi")]
    [InlineData("1 Gi")]
    [InlineData("9e27E")]
    public void What_is_no_quantity_is_not_read(string text) => Assert.False(Quantity.TryParse(text, out _));

    private static PodFacts Pod(string name, bool mounted = true) => new()
    {
        Namespace = "ns",
        Name = name,
        Node = "node-1",
        Phase = "Running",
        Volumes = [new PodVolumeFacts("d", "persistentVolumeClaim", "data", mounted, false)],
    };

    private static VolumePlanInput Input(bool? optOut, params ClaimFacts[] claims) =>
        new() { Claims = claims, NodesWithAgent = new HashSet<string> { "node-1" }, OptOutMode = optOut };

    private static IReadOnlyList<VolumePlan> Plan(PodFacts pod, bool? optOut, ClaimFacts? claim = null) =>
        VolumePlanner.Plan(Input(optOut, claim ?? Claim) with { Pods = [pod] });

    private static VolumeReason Loss(PodFacts pod, ClaimFacts? claim = null, PersistentVolumeFacts? volume = null)
    {
        var volumes = volume is null ? new Dictionary<string, PersistentVolumeFacts>() : new() { [volume.Name] = volume };
        var plan = Assert.Single(VolumePlanner.Plan(Input(true, claim ?? Claim) with { Pods = [pod], Volumes = volumes }));
        Assert.True(plan.IsLoss);
        Assert.NotEmpty(plan.Explanation);
        return plan.Reason;
    }
}
