using BackupServer.Cli.Running;
using Spectre.Console;

namespace BackupServer.Cli.Output;

/// <summary>Shows progress on the error stream: a bar that is redrawn where somebody watches, plain lines elsewhere.</summary>
internal static class ProgressDisplay
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(10);

    /// <summary>Runs something that reports its progress from any thread.</summary>
    public static Task<T> RunAsync<T>(Terminal terminal, TimeProvider time, bool quiet, Func<IProgress<ProgressState>, Task<T>> run) =>
        quiet ? run(new Lines(TextWriter.Null, time)) : terminal.IsInteractive ? RunLiveAsync(terminal, time, run) : run(new Lines(terminal.Error, time));

    private static Task<T> RunLiveAsync<T>(Terminal terminal, TimeProvider time, Func<IProgress<ProgressState>, Task<T>> run)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(terminal.Error),
            ColorSystem = terminal.HasColor ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.Yes,
        });
        return console.Progress()
            .AutoClear(true)
            .Columns(new ElapsedTimeColumn(), new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .StartAsync(context => run(new Bar(context.AddTask("waiting", maxValue: 1), time)));
    }

    private sealed class Bar(ProgressTask task, TimeProvider time) : IProgress<ProgressState>
    {
        // More often nobody can read it, and markup costs more than the work of a small file.
        private static readonly TimeSpan RedrawInterval = TimeSpan.FromMilliseconds(100);

        private readonly Lock _gate = new();
        private readonly ProgressRate _rate = new(time);
        private string _stage = "";
        private long _drawn;

        public void Report(ProgressState value)
        {
            lock (_gate)
            {
                if (value.Stage == _stage && time.GetElapsedTime(_drawn) < RedrawInterval)
                {
                    return;
                }

                (_stage, _drawn) = (value.Stage, time.GetTimestamp());
                task.Description = Markup.Escape(_rate.Describe(value));
                task.IsIndeterminate = value.Total <= 0;
                task.MaxValue = Math.Max(1, value.Total);
                task.Value = value.Done;
            }
        }
    }

    private sealed class Lines(TextWriter output, TimeProvider time) : IProgress<ProgressState>
    {
        private readonly Lock _gate = new();
        private readonly ProgressRate _rate = new(time);
        private ProgressState _last;
        private long? _written;

        public void Report(ProgressState value)
        {
            lock (_gate)
            {
                var due = _written is not { } written || time.GetElapsedTime(written) >= LineInterval;
                if (value.Stage == _last.Stage && (!due || value == _last))
                {
                    return;
                }

                (_last, _written) = (value, time.GetTimestamp());
                output.WriteLine(_rate.Describe(value));
            }
        }
    }
}
