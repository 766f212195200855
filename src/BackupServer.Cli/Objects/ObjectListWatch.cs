using BackupServer.Abstractions.Objects;
using BackupServer.Cli.Output;
using BackupServer.Cli.Running;
using BackupServer.Kubernetes.Watch;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupServer.Cli.Objects;

/// <summary><c>get --watch</c>: prints objects as they are, then each again whenever it changes or goes, until interrupted. Connections that break are made anew.</summary>
/// <typeparam name="T">The kind.</typeparam>
internal static class ObjectListWatch<T>
    where T : class, ICustomResource
{
    /// <summary>Prints until cancelled. Names that are not there yet are waited for.</summary>
    public static async Task<int> RunAsync(Cluster cluster, ObjectSelection selection, OutputFormat format, CancellationToken cancellationToken)
    {
        var printer = new ObjectPrinter(typeof(T), format, selection.AllNamespaces, cluster.Time);
        var printed = new Dictionary<ObjectName, string>();
        var missing = new List<string>();
        foreach (var item in await ObjectKind<T>.FindAsync(cluster, selection, missing, cancellationToken))
        {
            printed[item.Name] = item.Metadata.ResourceVersion;
            printer.Add(item);
        }

        printer.Flush(cluster.Terminal.Out);
        var options = new InformerOptions { Namespace = selection.AllNamespaces ? null : cluster.Namespace, LabelSelector = selection.Selector };
        var informer = new Informer(cluster.Client, CustomResourceAttribute.Of(typeof(T)).Resource, options, OnEvent, NullLogger.Instance);
        await informer.RunAsync(cancellationToken);
        return ExitCodes.Interrupted;

        void OnEvent(InformerEvent change)
        {
            var item = change.Object;
            var isKnown = printed.GetValueOrDefault(item.Name) == item.Metadata.ResourceVersion;
            if (selection.Names.Count > 0 && !selection.Names.Contains(item.Metadata.Name) || isKnown && change.Type != WatchEventType.Deleted)
            {
                return;
            }

            printed[item.Name] = item.Metadata.ResourceVersion;
            printer.Add(item);
            printer.Flush(cluster.Terminal.Out);
        }
    }
}
