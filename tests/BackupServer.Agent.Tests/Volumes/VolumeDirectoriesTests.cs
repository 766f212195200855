using BackupServer.Abstractions.Resources;
using BackupServer.Agent.Volumes;

namespace BackupServer.Agent.Tests.Volumes;

public sealed class VolumeDirectoriesTests : IDisposable
{
    private static readonly PodReference Pod = new() { Namespace = "shop", Name = "db-0", Uid = "uid-1" };
    private readonly string _root = Directory.CreateTempSubdirectory("backupserver-kubelet-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Volume_of_a_claim_is_found_by_the_name_of_its_PersistentVolume()
    {
        var expected = Make("kubernetes.io~local-volume", "pvc-1");
        _ = Make("kubernetes.io~local-volume", "data");

        Assert.Equal(expected, new VolumeDirectories(_root).Find(Pod, "data", "pvc-1"));
    }

    [Fact]
    public void Volume_without_a_claim_is_found_by_its_name_in_the_pod()
    {
        var expected = Make("kubernetes.io~empty-dir", "cache");

        Assert.Equal(expected, new VolumeDirectories(_root).Find(Pod, "cache", null));
    }

    [Fact]
    public void Volume_of_a_CSI_driver_is_below_its_mount()
    {
        var expected = Make("kubernetes.io~csi", "pvc-2", "mount");

        Assert.Equal(expected, new VolumeDirectories(_root).Find(Pod, "data", "pvc-2"));
    }

    [Fact]
    public void Mount_behind_a_link_is_followed()
    {
        var target = Directory.CreateDirectory(Path.Combine(_root, "elsewhere")).FullName;
        var folder = Make("kubernetes.io~local-volume");
        _ = Directory.CreateSymbolicLink(Path.Combine(folder, "pvc-3"), target);

        Assert.Equal(target, new VolumeDirectories(_root).Find(Pod, "data", "pvc-3"));
    }

    [Fact]
    public void Pod_that_is_not_on_this_node_is_named_with_the_directory_that_was_looked_into()
    {
        var error = Assert.Throws<VolumeNotFoundException>(() => new VolumeDirectories(_root).Find(Pod, "data", "pvc-1"));

        Assert.Contains("shop/db-0", error.Message);
        Assert.Contains(_root, error.Message);
        Assert.Contains("--kubelet-root", error.Message);
    }

    [Fact]
    public void Volume_that_is_not_mounted_is_named()
    {
        _ = Make("kubernetes.io~csi", "other", "mount");

        var error = Assert.Throws<VolumeNotFoundException>(() => new VolumeDirectories(_root).Find(Pod, "data", "pvc-1"));

        Assert.Contains("volume pvc-1 of pod shop/db-0 is not mounted", error.Message);
    }

    private string Make(params string[] parts) => Directory.CreateDirectory(Path.Combine([_root, "pods", Pod.Uid, "volumes", .. parts])).FullName;
}
