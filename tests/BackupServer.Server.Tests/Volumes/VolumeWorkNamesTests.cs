using System.Text.RegularExpressions;
using BackupServer.Server.Volumes;

namespace BackupServer.Server.Tests.Volumes;

public sealed class VolumeWorkNamesTests
{
    [Fact]
    public void Name_follows_from_run_and_volume_alone()
    {
        Assert.Equal(VolumeWorkNames.Of("nightly", "uid-1", "shop/data"), VolumeWorkNames.Of("nightly", "uid-1", "shop/data"));
        Assert.NotEqual(VolumeWorkNames.Of("nightly", "uid-1", "shop/data"), VolumeWorkNames.Of("nightly", "uid-2", "shop/data"));
        Assert.NotEqual(VolumeWorkNames.Of("nightly", "uid-1", "shop/data"), VolumeWorkNames.Of("nightly", "uid-1", "shop/other"));
    }

    [Theory]
    [InlineData(250, 'a')]
    [InlineData(60, '-')]
    [InlineData(60, '.')]
    public void Long_names_of_runs_give_valid_names_of_units(int length, char filler)
    {
        var name = VolumeWorkNames.Of("a" + new string(filler, length) + "a", "uid", "key");

        Assert.InRange(name.Length, 1, 63);
        Assert.Matches(new Regex("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$"), name);
    }
}
