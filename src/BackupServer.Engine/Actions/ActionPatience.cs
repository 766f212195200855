using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Reporting;

namespace BackupServer.Engine.Actions;

/// <summary>
/// Ends a run's patience with plugin actions that do not answer. Code that does not heed its cancellation keeps its thread, so asking it for
/// each of ten thousand objects would cost as many threads and time limits. Safe for concurrent callers.
/// </summary>
internal sealed class ActionPatience(RunJournal journal)
{
    private const int MostTimeouts = 3;
    private const int NamedObjects = 5;

    private readonly Lock _gate = new();
    private readonly Dictionary<object, Trouble> _troubles = new(ReferenceEqualityComparer.Instance);
    private readonly List<Trouble> _inOrder = [];

    /// <summary>Whether an action is not asked any more; what it would have been asked about is remembered.</summary>
    public bool IsOff(object action, ObjectReference about)
    {
        lock (_gate)
        {
            if (!_troubles.TryGetValue(action, out var trouble) || trouble.Timeouts < MostTimeouts)
            {
                return false;
            }

            trouble.Skipped++;
            if (trouble.Names.Count < NamedObjects)
            {
                trouble.Names.Add(about.ToString());
            }

            return true;
        }
    }

    /// <summary>An action gave no answer in time.</summary>
    public void TimedOut(object action, string name, TimeSpan timeout)
    {
        lock (_gate)
        {
            if (!_troubles.TryGetValue(action, out var trouble))
            {
                trouble = new Trouble(name);
                _troubles.Add(action, trouble);
                _inOrder.Add(trouble);
            }

            if (++trouble.Timeouts != MostTimeouts)
            {
                return;
            }
        }

        journal.Error("", $"The plugin action {name} is switched off for the rest of this run: {MostTimeouts} times it gave no answer within {timeout.TotalSeconds:0.###} s. Mend or remove the plugin, then run again.");
    }

    /// <summary>Says which objects actions were not asked about, once the run needs them no more.</summary>
    /// <param name="consequence">What became of these objects, such as <c>stored unchanged</c>.</param>
    public void Conclude(string consequence)
    {
        lock (_gate)
        {
            foreach (var trouble in _inOrder.Where(trouble => trouble.Skipped > 0))
            {
                var more = trouble.Skipped > trouble.Names.Count ? $" and {trouble.Skipped - trouble.Names.Count} more" : "";
                journal.Error("", $"The plugin action {trouble.Name} was switched off, so {trouble.Skipped} objects were {consequence} without it: {string.Join(", ", trouble.Names)}{more}.");
            }
        }
    }

    private sealed class Trouble(string name)
    {
        public string Name { get; } = name;

        public int Timeouts { get; set; }

        public int Skipped { get; set; }

        public List<string> Names { get; } = [];
    }
}
