using BackupServer.EndToEnd.Tests.Clusters;

namespace BackupServer.EndToEnd.Tests.Cancelling;

/// <summary>A cluster with an application whose volume takes a while.</summary>
public sealed class CancelCluster : TestCluster
{
    private const int LargeBytes = 400 << 20;

    internal TestLocation Location { get; private set; } = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Location = await TestLocation.CreateAsync(this, "cancel");
        var application = await SmallApplication.DeployAsync(this, "large");
        await application.FillAsync(7, LargeBytes);
    }
}
