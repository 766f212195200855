using System.Diagnostics;

namespace BackupServer.Quickstart.Telling;

/// <summary>Tells each step of the story in one line, with the time it took.</summary>
internal sealed class Steps(TextWriter output)
{
    private readonly Stopwatch _all = Stopwatch.StartNew();

    /// <summary>Does a step and tells it; the step's own words come after its name.</summary>
    public async Task<T> TellAsync<T>(string what, Func<Task<(T Result, string Words)>> step)
    {
        var watch = Stopwatch.StartNew();
        var (result, words) = await step();
        output.WriteLine($"{_all.Elapsed.TotalSeconds,6:0.0} s  {what}{(words.Length > 0 ? ": " + words : "")} ({watch.Elapsed.TotalSeconds:0.0} s)");
        return result;
    }

    /// <summary>Does a step that has no result.</summary>
    public Task TellAsync(string what, Func<Task<string>> step) => TellAsync(what, async () => (true, await step()));
}
