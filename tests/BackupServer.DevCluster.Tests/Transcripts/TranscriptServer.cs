namespace BackupServer.DevCluster.Tests.Transcripts;

/// <summary>One server for all areas; the scenarios keep to namespaces of their own.</summary>
public sealed class TranscriptServer : IAsyncLifetime
{
    internal ServerProcess Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await ServerProcess.StartAsync(null, "--nodes", "0");

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
