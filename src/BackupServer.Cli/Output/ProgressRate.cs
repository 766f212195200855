namespace BackupServer.Cli.Output;

/// <summary>Makes of the reports of one operation what people ask next: how fast, and how long still. Not thread safe.</summary>
internal sealed class ProgressRate(TimeProvider time)
{
    // Earlier the numbers say nothing yet.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    private string _stage = "";
    private long _started;

    /// <summary>The text of a report, with rates and remaining time where they are known.</summary>
    public string Describe(ProgressState state)
    {
        if (state.Stage != _stage)
        {
            (_stage, _started) = (state.Stage, time.GetTimestamp());
        }

        var elapsed = time.GetElapsedTime(_started);
        var text = $"{state.Stage} {state.Text}".TrimEnd();
        if (elapsed < Settling)
        {
            return text;
        }

        text += state.Files > 0 ? $", {(long)(state.Files / elapsed.TotalSeconds)} files/s" : "";
        text += state.Bytes > 0 ? $", {Quantities.Bytes((long)(state.Bytes / elapsed.TotalSeconds))}/s" : "";
        return state.Total > 0 && state.Done > 0 && state.Done < state.Total
            ? $"{text}, {Quantities.Age(elapsed * ((double)(state.Total - state.Done) / state.Done))} left"
            : text;
    }
}
