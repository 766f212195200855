namespace BackupServer.Repository.Tests.Reliability.Hostile;

/// <summary>Tests that measure what was allocated, and so run when no other does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MemoryCollection
{
    public const string Name = "memory";

    /// <summary>Runs something and returns the bytes that were allocated meanwhile.</summary>
    internal static async Task<long> AllocatedAsync(Func<Task> work)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        await work();
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }
}
