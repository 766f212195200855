using System.Text;

namespace BackupServer.Cli.Tests.Running;

/// <summary>Output of a command that goes on: lets a test wait until something was printed.</summary>
internal sealed class WatchedOutput : TextWriter
{
    private readonly StringBuilder _text = new();
    private readonly List<(string Wanted, TaskCompletionSource Seen)> _waits = [];

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(string? value)
    {
        lock (_text)
        {
            _text.Append(value);
            foreach (var (wanted, seen) in _waits)
            {
                if (_text.ToString().Contains(wanted, StringComparison.Ordinal))
                {
                    seen.TrySetResult();
                }
            }
        }
    }

    public override void WriteLine(string? value) => Write(value + "\n");

    /// <summary>Done once the output holds a text.</summary>
    public Task SeenAsync(string wanted)
    {
        lock (_text)
        {
            var wait = (wanted, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            _waits.Add(wait);
            Write("");
            return wait.Item2.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }
    }

    public override string ToString()
    {
        lock (_text)
        {
            return _text.ToString();
        }
    }
}
