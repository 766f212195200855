namespace BackupServer.Repository.Tests.Reliability.Faults;

/// <summary>How often a store misbehaves, in each way as a chance per operation.</summary>
internal sealed record FaultPlan
{
    /// <summary>An operation fails and nothing happened.</summary>
    public double Errors { get; init; }

    /// <summary>Fewer bytes are returned than were asked for, without an error.</summary>
    public double ShortReads { get; init; }

    /// <summary>One bit of what is returned is another.</summary>
    public double FlippedBits { get; init; }

    /// <summary>A write or delete fails for its caller and happens nevertheless: at once, or some operations later.</summary>
    public double LateWrites { get; init; }

    /// <summary>A write or delete happens twice.</summary>
    public double DoubledWrites { get; init; }

    /// <summary>A listing lacks a file that is there in the next one.</summary>
    public double VanishingFiles { get; init; }

    /// <summary>A listing has a file that was deleted before.</summary>
    public double ReappearingFiles { get; init; }

    /// <summary>Bytes that can be written before the disk is full; null is no limit.</summary>
    public long? Room { get; init; }

    /// <summary>Operations after which everything fails; null is never.</summary>
    public int? DiesAfter { get; init; }

    /// <summary>The plans that the runs take in turn.</summary>
    public static IReadOnlyDictionary<string, FaultPlan> All { get; } = new Dictionary<string, FaultPlan>
    {
        ["errors"] = new() { Errors = 0.02 },
        ["short reads"] = new() { ShortReads = 0.03 },
        ["flipped bits"] = new() { FlippedBits = 0.03 },
        ["late writes"] = new() { LateWrites = 0.05 },
        ["doubled writes"] = new() { DoubledWrites = 0.5 },
        ["vanishing files"] = new() { VanishingFiles = 0.1 },
        ["reappearing files"] = new() { ReappearingFiles = 0.3 },
        ["full disk"] = new() { Room = 20_000 },
        ["death"] = new() { DiesAfter = 40 },
        ["everything"] = new() { Errors = 0.005, ShortReads = 0.005, FlippedBits = 0.005, LateWrites = 0.01, DoubledWrites = 0.1, VanishingFiles = 0.02, ReappearingFiles = 0.1 },
    };
}
