using System.Collections.Concurrent;
using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Backups;
using BackupServer.Engine.Clusters;
using BackupServer.Engine.Reporting;
using BackupServer.Engine.Selecting;
using BackupServer.Engine.Volumes;

namespace BackupServer.Engine.Collecting;

/// <summary>
/// Collects the objects of a backup: lists in parallel, then what these refer to. What cannot be read is named in the journal; the rest is kept.
/// </summary>
internal sealed class ResourceCollector(
    IClusterReader cluster, ApiCatalog catalog, BackupScope scope, BackupRequest request, ItemActionRunner actions, RunJournal journal, ProgressCounter progress)
{
    // Up to this many namespaces each gets a list of its own, which reads nothing in vain.
    private const int MostNamespacesListedAlone = 20;

    private readonly ConcurrentQueue<(ObjectReference Reference, bool AskedByPlugin)> _wanted = new();
    private NamespaceSelection _namespaces = null!;
    private AccountBindings _bindings = null!;

    /// <summary>Runs once.</summary>
    /// <exception cref="ClusterException">Namespaces cannot be listed, so nothing can be chosen.</exception>
    public async Task<CollectedObjects> CollectAsync(CancellationToken cancellationToken)
    {
        foreach (var error in scope.Errors)
        {
            journal.Loss(error.About, error.Text);
        }

        foreach (var warning in scope.Warnings)
        {
            journal.Warn(warning.About, warning.Text);
        }

        var collected = new CollectedObjects(request.SpoolDirectory);
        try
        {
            _bindings = new AccountBindings(cluster, catalog, cancellationToken);
            var namespaceType = catalog.Find(WellKnown.Namespaces) ?? throw new ClusterException("The cluster serves no namespaces, so nothing can be backed up.");
            _namespaces = NamespaceSelection.Of(scope, await ReadNamespacesAsync(namespaceType, cancellationToken), journal);
            await ListAllAsync(collected, cancellationToken);
            await FollowAsync(collected, cancellationToken);
            foreach (var one in _namespaces.ToStore(scope, request.Spec, collected.UsedNamespaces()))
            {
                await TakeAsync(collected, namespaceType, one, askedByPlugin: true, cancellationToken);
            }

            await FollowAsync(collected, cancellationToken);
            await ReadVolumeFactsAsync(collected, cancellationToken);
            return collected;
        }
        catch
        {
            collected.Dispose();
            throw;
        }
    }

    private async Task<List<RawObject>> ReadNamespacesAsync(ResourceType type, CancellationToken cancellationToken)
    {
        if (request.OnlyNamespace is { } only)
        {
            return await cluster.GetAsync(type, new ObjectName("", only), cancellationToken) is { } one ? [one] : [];
        }

        var all = new List<RawObject>();
        await foreach (var page in cluster.ListAsync(type, null, "", cancellationToken))
        {
            all.AddRange(page);
        }

        return all;
    }

    private Task ListAllAsync(CollectedObjects collected, CancellationToken cancellationToken)
    {
        var alone = !scope.Namespaces.IncludesEverything && _namespaces.Names.Count <= MostNamespacesListedAlone;
        var lists = scope.Types.SelectMany(type => (type.Namespaced && alone ? _namespaces.Names.Cast<string?>() : [null])
            .SelectMany(name => scope.Queries.Select(query => (Type: type, Namespace: name, Query: query))));
        return Parallel.ForEachAsync(
            lists,
            new ParallelOptions { MaxDegreeOfParallelism = request.ParallelLists, CancellationToken = cancellationToken },
            async (list, token) => await ListAsync(collected, list.Type, list.Namespace, list.Query, token));
    }

    private async Task ListAsync(CollectedObjects collected, ResourceType type, string? objectNamespace, string query, CancellationToken cancellationToken)
    {
        var kind = type.Resource.GroupResource.ToString();
        progress.Working(kind);
        try
        {
            var listed = 0;
            await foreach (var page in cluster.ListAsync(type, objectNamespace, query, cancellationToken))
            {
                listed += page.Count;
                foreach (var item in page)
                {
                    await TakeAsync(collected, type, item, askedByPlugin: false, cancellationToken);
                }
            }

            if (listed > 0)
            {
                journal.Detail(kind, $"Listed {listed}{(objectNamespace is null ? "" : $" in namespace {objectNamespace}")}.");
            }
        }
        catch (ClusterException e)
        {
            var where = objectNamespace is null ? "" : $" in namespace {objectNamespace}";
            journal.Loss(kind, $"The list{where} failed, so objects of this kind are missing from the backup: {e.Message}");
        }
    }

    private async ValueTask TakeAsync(CollectedObjects collected, ResourceType type, RawObject item, bool askedByPlugin, CancellationToken cancellationToken)
    {
        var reference = new ObjectReference(type.Resource.GroupResource, item.Name);
        if ((type.Namespaced && !askedByPlugin && !_namespaces.Contains(item.Metadata.Namespace)) || !collected.TryClaim(reference))
        {
            return;
        }

        if (ExcludeLabel.IsOn(item.Metadata))
        {
            journal.Note(reference.ToString(), "Left out: it carries the exclude label.");
            return;
        }

        if (item.Metadata.DeletionTimestamp is not null)
        {
            journal.Note(reference.ToString(), "Left out: it is being deleted.");
            return;
        }

        progress.Found(1);
        var (content, additional) = await actions.RunAsync(type, item, cancellationToken);
        collected.Keep(reference, type, content);
        foreach (var wanted in additional)
        {
            _wanted.Enqueue((wanted, true));
        }

        foreach (var wanted in RelatedObjects.Of(type, content))
        {
            _wanted.Enqueue((wanted, false));
        }

        if (reference.Resource == WellKnown.ServiceAccounts && request.OnlyNamespace is null)
        {
            await WantBindingsAsync(reference, cancellationToken);
        }
    }

    private async Task WantBindingsAsync(ObjectReference account, CancellationToken cancellationToken)
    {
        if (catalog.Find(WellKnown.ClusterRoleBindings) is not { } type || !scope.AllowsRelated(type, ""))
        {
            return;
        }

        try
        {
            foreach (var binding in await _bindings.OfAsync(account.Name))
            {
                _wanted.Enqueue((binding, false));
            }
        }
        catch (ClusterException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            journal.Loss(account.ToString(), $"Which cluster role bindings name this account could not be read, so they may be missing from the backup: {e.Message}");
        }
    }

    private async Task FollowAsync(CollectedObjects collected, CancellationToken cancellationToken)
    {
        var asked = new HashSet<ObjectReference>();
        while (!_wanted.IsEmpty)
        {
            var round = new List<(ObjectReference Reference, ResourceType Type, bool AskedByPlugin)>();
            while (_wanted.TryDequeue(out var wanted))
            {
                if (collected.Contains(wanted.Reference) || !asked.Add(wanted.Reference))
                {
                    continue;
                }

                if (catalog.Find(wanted.Reference.Resource) is not { } type)
                {
                    if (wanted.AskedByPlugin)
                    {
                        journal.Warn(wanted.Reference.ToString(), "A plugin action asked for this object, but the cluster serves no such kind.");
                    }
                }
                else if (wanted.AskedByPlugin ? IsWithinReach(type, wanted.Reference) : scope.AllowsRelated(type, wanted.Reference.Name.Namespace))
                {
                    round.Add((wanted.Reference, type, wanted.AskedByPlugin));
                }
            }

            await Parallel.ForEachAsync(
                round,
                new ParallelOptions { MaxDegreeOfParallelism = request.ParallelLists, CancellationToken = cancellationToken },
                async (wanted, token) => await FetchAsync(collected, wanted.Type, wanted.Reference, wanted.AskedByPlugin, token));
        }
    }

    // A tenant's backup must not reach out of its namespace, whatever a plugin asks for.
    private bool IsWithinReach(ResourceType type, ObjectReference reference) =>
        request.OnlyNamespace is not { } only || (type.Namespaced && reference.Name.Namespace == only);

    private async Task FetchAsync(
        CollectedObjects collected, ResourceType type, ObjectReference reference, bool askedByPlugin, CancellationToken cancellationToken)
    {
        progress.Working(reference.Resource.ToString());
        try
        {
            if (await cluster.GetAsync(type, reference.Name, cancellationToken) is { } item)
            {
                await TakeAsync(collected, type, item, askedByPlugin, cancellationToken);
            }
            else if (reference.Resource != WellKnown.Definitions)
            {
                journal.Warn(reference.ToString(), "Something in the backup refers to this object, but it does not exist.");
            }
        }
        catch (ClusterException e)
        {
            journal.Loss(reference.ToString(), $"Something in the backup refers to this object, but it could not be read: {e.Message}");
        }
    }

    // Volumes are planned from all pods that mount a claim and from every claim's volume, also where these are not in the backup themselves.
    private async Task ReadVolumeFactsAsync(CollectedObjects collected, CancellationToken cancellationToken)
    {
        if (scope.SelectsByLabels || !scope.Selects(WellKnown.Pods))
        {
            var known = collected.Pods.Select(pod => (pod.Namespace, pod.Name)).ToHashSet();
            foreach (var name in collected.Claims.Select(claim => claim.Namespace).Distinct().Order(StringComparer.Ordinal))
            {
                await ReadPodsAsync(collected, name, known, cancellationToken);
            }
        }

        var volumes = collected.Claims.Where(claim => claim.IsBound && !collected.Volumes.ContainsKey(claim.Volume)).Select(claim => claim.Volume).Distinct();
        if (catalog.Find(WellKnown.Volumes) is { } type)
        {
            await Parallel.ForEachAsync(
                volumes,
                new ParallelOptions { MaxDegreeOfParallelism = request.ParallelLists, CancellationToken = cancellationToken },
                async (name, token) => await ReadVolumeAsync(collected, type, name, token));
        }
    }

    private async Task ReadPodsAsync(
        CollectedObjects collected, string objectNamespace, HashSet<(string Namespace, string Name)> known, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var page in cluster.ListAsync(catalog.Find(WellKnown.Pods)!, objectNamespace, "", cancellationToken))
            {
                foreach (var pod in page.Where(pod => !known.Contains((pod.Metadata.Namespace, pod.Metadata.Name))))
                {
                    collected.OtherPods.Add(PodFacts.Read(pod));
                }
            }
        }
        catch (ClusterException e)
        {
            journal.Loss($"pods in {objectNamespace}", $"The pods could not be listed, so volumes that they mount cannot be copied through them: {e.Message}");
        }
    }

    private async Task ReadVolumeAsync(CollectedObjects collected, ResourceType type, string name, CancellationToken cancellationToken)
    {
        try
        {
            if (await cluster.GetAsync(type, new ObjectName("", name), cancellationToken) is { } volume)
            {
                collected.Volumes[name] = PersistentVolumeFacts.Read(volume);
            }
        }
        catch (ClusterException e)
        {
            journal.Warn($"{WellKnown.Volumes} {name}", $"The volume could not be read, so its reclaim policy is not recorded: {e.Message}");
        }
    }
}
