using BackupServer.Abstractions.Objects;
using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Errors;
using BackupServer.Kubernetes.Lists;
using BackupServer.Kubernetes.Writes;
using BackupServer.Quickstart.Clusters;

namespace BackupServer.Quickstart.Applying;

/// <summary>Deletes namespaces, and does what the application's own operator would: takes its finalizers away once deletion has begun.</summary>
internal sealed class Deleter(KubernetesClient client)
{
    private static readonly GroupVersionResource Namespaces = new("", "v1", "namespaces");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly Patch NoFinalizers = Patch.Merge("""{"metadata":{"finalizers":null}}"""u8.ToArray());

    /// <summary>Deletes namespaces and waits until they are gone.</summary>
    public async Task DeleteAsync(IReadOnlyCollection<string> namespaces, CancellationToken cancellationToken)
    {
        foreach (var ns in namespaces)
        {
            _ = await client.DeleteAsync(Namespaces, null, ns, cancellationToken: cancellationToken);
        }

        foreach (var ns in namespaces)
        {
            await Waiting.UntilAsync(
                async () =>
                {
                    await FinalizeAsync(ns, cancellationToken);
                    return await client.FindAsync(Namespaces, null, ns, cancellationToken) is null;
                },
                Patience, () => Task.FromResult($"namespace {ns} does not go away"), cancellationToken);
        }
    }

    private async Task FinalizeAsync(string ns, CancellationToken cancellationToken)
    {
        var discovery = await client.Discovery.DiscoverAsync(refresh: false, cancellationToken);
        foreach (var type in discovery.Preferred.Where(t => t.Namespaced && t.Resource.Group.EndsWith(".example.com", StringComparison.Ordinal)))
        {
            await foreach (var item in client.ListAsync(type.Resource, new ListOptions { Namespace = ns }).WithCancellation(cancellationToken))
            {
                if (item.Metadata.DeletionTimestamp is not null)
                {
                    await RemoveFinalizersAsync(type.Resource, item.Name, cancellationToken);
                }
            }
        }
    }

    private async Task RemoveFinalizersAsync(GroupVersionResource resource, ObjectName name, CancellationToken cancellationToken)
    {
        try
        {
            _ = await client.PatchAsync(resource, name.Namespace, name.Name, NoFinalizers, cancellationToken: cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            // Gone between the list and the patch: what was wanted.
        }
    }
}
