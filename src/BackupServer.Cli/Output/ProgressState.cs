using BackupServer.Repository;

namespace BackupServer.Cli.Output;

/// <summary>How far something is.</summary>
/// <param name="Stage">What is being done, in a word or two; a change is always worth a line.</param>
/// <param name="Text">Numbers and names in words.</param>
/// <param name="Done">Part that is done.</param>
/// <param name="Total">The whole, as far as known; 0 when not.</param>
internal readonly record struct ProgressState(string Stage, string Text, long Done = 0, long Total = 0)
{
    /// <summary>The progress of a check or a prune.</summary>
    public static ProgressState Of(WorkProgress progress) => new(
        progress.Stage,
        progress switch
        {
            { Total: > 0, Bytes: > 0 } => $"{progress.Done} of {progress.Total} {progress.Unit}, {Quantities.Bytes(progress.Bytes)}",
            { Total: > 0 } => $"{progress.Done} of {progress.Total} {progress.Unit}",
            { Done: > 0 } => $"{progress.Done} {progress.Unit}",
            _ => "",
        },
        progress.Done,
        progress.Total)
    {
        Bytes = progress.Bytes,
    };

    /// <summary>Files so far, where their rate is worth telling; otherwise 0.</summary>
    public long Files { get; init; }

    /// <summary>Bytes so far, where their rate is worth telling; otherwise 0.</summary>
    public long Bytes { get; init; }
}
