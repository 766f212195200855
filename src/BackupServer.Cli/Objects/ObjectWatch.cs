using System.Runtime.CompilerServices;
using BackupServer.Abstractions.Objects;
using BackupServer.Cli.Running;
using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Errors;
using BackupServer.Kubernetes.Watch;

namespace BackupServer.Cli.Objects;

/// <summary>Follows one object.</summary>
internal static class ObjectWatch
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The object as it is, and again after each change; ends after null, which says that it is gone (or never was there). Survives connections that break
    /// and states that the server has forgotten.
    /// </summary>
    public static async IAsyncEnumerable<T?> FollowAsync<T>(Cluster cluster, string name, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class, ICustomResource
    {
        while (true)
        {
            var resource = CustomResourceAttribute.Of(typeof(T)).Resource;
            if (await cluster.Client.FindAsync(resource, cluster.Namespace, name, cancellationToken) is not { } now)
            {
                yield return null;
                yield break;
            }

            yield return KubernetesClient.Typed<T>(now);
            var options = new WatchOptions { Namespace = cluster.Namespace, FieldSelector = $"metadata.name={name}", ResourceVersion = now.Metadata.ResourceVersion };
            await using var events = cluster.Client.WatchAsync(resource, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (await NextAsync(events) is { } next)
            {
                if (next.Type == WatchEventType.Deleted)
                {
                    yield return null;
                    yield break;
                }

                if (next.Type != WatchEventType.Bookmark)
                {
                    yield return KubernetesClient.Typed<T>(next.Object);
                }
            }

            // A server that ends every watch at once must not be asked without a pause.
            await Task.Delay(Pause, cluster.Time, cancellationToken);
        }
    }

    private static async Task<WatchEvent?> NextAsync(IAsyncEnumerator<WatchEvent> events)
    {
        try
        {
            return await events.MoveNextAsync() ? events.Current : null;
        }
        catch (KubernetesException e) when (e.IsTransient || e.IsExpired)
        {
            // What happened meanwhile is read anew.
            return null;
        }
    }
}
