using System.Text.Json;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Engine.Reporting;
using BackupServer.Engine.Selecting;
using BackupServer.Engine.Volumes;

namespace BackupServer.Engine.Collecting;

/// <summary>The namespaces that a backup takes, among those that exist.</summary>
internal sealed class NamespaceSelection
{
    private readonly Dictionary<string, RawObject> _chosen = [];

    private NamespaceSelection()
    {
    }

    public IReadOnlyCollection<string> Names => _chosen.Keys;

    public static NamespaceSelection Of(BackupScope scope, IEnumerable<RawObject> existing, RunJournal journal)
    {
        var selection = new NamespaceSelection();
        var seen = new HashSet<string>();
        foreach (var one in existing)
        {
            var name = one.Metadata.Name;
            seen.Add(name);
            if (!scope.Namespaces.Matches(name))
            {
                continue;
            }

            if (ExcludeLabel.IsOn(one.Metadata))
            {
                journal.Note($"namespaces {name}", "Left out with all it holds: it carries the exclude label.");
            }
            else if (IsTerminating(one))
            {
                journal.Warn($"namespaces {name}", "Left out with all it holds: it is being deleted.");
            }
            else
            {
                selection._chosen[name] = one;
            }
        }

        foreach (var name in scope.Namespaces.PlainNames.Where(name => !seen.Contains(name)).Distinct())
        {
            journal.Loss($"namespaces {name}", "includedNamespaces names this namespace, but it does not exist, so nothing of it is in the backup.");
        }

        foreach (var pattern in scope.Namespaces.PatternsWithoutMatch(seen).Distinct())
        {
            journal.Warn($"namespaces {pattern}", "includedNamespaces has this pattern, but no namespace matches it, so it adds nothing to the backup.");
        }

        return selection;
    }

    public bool Contains(string name) => _chosen.ContainsKey(name);

    /// <summary>The namespace objects to store, given the namespaces in which something was collected.</summary>
    public IEnumerable<RawObject> ToStore(BackupScope scope, BackupSpec spec, IReadOnlySet<string> used) => _chosen.Values.Where(one =>
        used.Contains(one.Metadata.Name)
        || (scope.Selects(WellKnown.Namespaces)
            && (!scope.SelectsByLabels
                || !scope.Namespaces.IncludesEverything
                || LabelQuery.Matches(spec.LabelSelector, spec.OrLabelSelectors, one.Metadata.Labels))));

    private static bool IsTerminating(RawObject one)
    {
        using var document = JsonDocument.Parse(one.Utf8);
        return one.Metadata.DeletionTimestamp is not null || document.RootElement.Text("status", "phase") == "Terminating";
    }
}
