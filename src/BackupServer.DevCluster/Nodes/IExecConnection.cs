using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Nodes;

/// <summary>The client of an exec, whatever protocol carries its streams.</summary>
internal interface IExecConnection : IAsyncDisposable
{
    /// <summary>Exit codes are worded as under v4 of the protocol of the streams.</summary>
    bool IsVersion4 { get; }

    /// <summary>Copies what a command prints, until it ends.</summary>
    Task CopyOutAsync(Stream source, ExecOutput output, CancellationToken ct);

    /// <summary>
    /// Feeds the client's input to the command and closes it where the client ends it; null when the command takes none. Goes on until the
    /// connection ends. True when the client went away without a farewell: its command shall not go on.
    /// </summary>
    Task<bool> FeedAsync(Stream? target, CancellationToken ct);

    /// <summary>Sends the Status that ends the exec, after everything else.</summary>
    Task EndAsync(JsonObject result, CancellationToken ct);
}
