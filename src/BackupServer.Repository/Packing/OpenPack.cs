namespace BackupServer.Repository.Packing;

/// <summary>A pack of a <see cref="PackWriter"/> from its first blob until it is stored; its members are guarded by the writer's lock.</summary>
internal sealed class OpenPack(PackBuilder builder, SemaphoreSlim slots)
{
    public PackBuilder Builder => builder;

    /// <summary>Where its room in memory is counted.</summary>
    public SemaphoreSlim Slots => slots;

    /// <summary>Blobs that are being sealed into it.</summary>
    public int Sealing { get; set; }

    /// <summary>Takes no more blobs.</summary>
    public bool IsClosed { get; set; }

    /// <summary>Ends when the pack is stored or cannot be.</summary>
    public TaskCompletionSource Stored { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
