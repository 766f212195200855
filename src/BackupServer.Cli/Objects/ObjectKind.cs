using BackupServer.Abstractions.Objects;
using BackupServer.Cli.Output;
using BackupServer.Cli.Running;
using BackupServer.Kubernetes.Errors;
using BackupServer.Kubernetes.Lists;
using BackupServer.Kubernetes.Writes;

namespace BackupServer.Cli.Objects;

/// <summary>What all kinds have in common on the command line: get, describe, delete, change a field.</summary>
/// <typeparam name="T">The kind.</typeparam>
internal static class ObjectKind<T>
    where T : class, ICustomResource
{
    private static readonly CustomResourceAttribute Kind = CustomResourceAttribute.Of(typeof(T));

    /// <summary><c>backup</c>, <c>restore</c>, … as messages say it.</summary>
    public static string Word { get; } = Kind.Kind.ToLowerInvariant();

    /// <summary><c>backup.backupserver.io/name</c>, as results name an object.</summary>
    public static string Named(string name) => $"{Word}.{CustomResourceAttribute.Group}/{name}";

    /// <summary>Prints objects. Names that are not there are told after the others are printed.</summary>
    public static async Task<int> GetAsync(Cluster cluster, ObjectSelection selection, OutputFormat format, CancellationToken cancellationToken)
    {
        var missing = new List<string>();
        var found = await FindAsync(cluster, selection, missing, cancellationToken);
        var single = selection.Names.Count == 1;
        if (found.Count > 0 || format is OutputFormat.Json or OutputFormat.Yaml && missing.Count == 0)
        {
            new ObjectPrinter(typeof(T), format, selection.AllNamespaces, cluster.Time).Print(found, single, cluster.Terminal.Out);
        }
        else if (missing.Count == 0 && format != OutputFormat.Name)
        {
            await cluster.Terminal.Error.WriteLineAsync(selection.AllNamespaces ? $"No {Kind.Plural} found." : $"No {Kind.Plural} found in namespace {cluster.Namespace}.");
        }

        return await TellMissingAsync(cluster, missing);
    }

    /// <summary>Describes objects, with an empty line between them.</summary>
    public static async Task<int> DescribeAsync(Cluster cluster, ObjectSelection selection, Action<T, Description> describe, CancellationToken cancellationToken)
    {
        var missing = new List<string>();
        var first = true;
        foreach (var item in await FindAsync(cluster, selection, missing, cancellationToken))
        {
            await cluster.Terminal.Out.WriteAsync(first ? "" : Environment.NewLine);
            describe(BackupServer.Kubernetes.KubernetesClient.Typed<T>(item), new Description(cluster.Terminal.Out));
            first = false;
        }

        return await TellMissingAsync(cluster, missing);
    }

    /// <summary>Creates an object and says so.</summary>
    /// <exception cref="CommandException">There is one of that name.</exception>
    public static async Task CreateAsync(Cluster cluster, T item, CancellationToken cancellationToken)
    {
        try
        {
            _ = await cluster.Client.CreateAsync(item, cancellationToken: cancellationToken);
        }
        catch (KubernetesException e) when (e.IsAlreadyExists)
        {
            throw new CommandException(
                $"there is a {Word} \"{item.Metadata.Name}\" in namespace {item.Metadata.Namespace} already, and it was left as it is; choose another name, or delete that one first", inner: e);
        }

        await cluster.Terminal.Out.WriteLineAsync($"{Named(item.Metadata.Name)} created");
    }

    /// <summary>Deletes objects; what they stand for elsewhere stays.</summary>
    public static async Task<int> DeleteAsync(Cluster cluster, ObjectSelection selection, CancellationToken cancellationToken)
    {
        var missing = new List<string>();
        foreach (var item in await FindAsync(cluster, selection, missing, cancellationToken))
        {
            if (await cluster.Client.DeleteAsync<T>(item.Metadata.Namespace, item.Metadata.Name, new DeleteOptions { Uid = item.Metadata.Uid }, cancellationToken))
            {
                await cluster.Terminal.Out.WriteLineAsync($"{Named(item.Metadata.Name)} deleted");
            }
        }

        return await TellMissingAsync(cluster, missing);
    }

    /// <summary>The object of a name.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    public static async Task<T> RequireAsync(Cluster cluster, string name, CancellationToken cancellationToken)
    {
        try
        {
            return await cluster.Client.GetAsync<T>(cluster.Namespace, name, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            throw new CommandException(Missing(cluster, name), ExitCodes.NotFound, e);
        }
    }

    /// <summary>The selected objects, by namespace and name; names that are not there are added to <paramref name="missing"/>.</summary>
    public static async Task<IReadOnlyList<RawObject>> FindAsync(Cluster cluster, ObjectSelection selection, List<string> missing, CancellationToken cancellationToken)
    {
        var found = new List<RawObject>();
        if (selection.Names.Count == 0)
        {
            var options = new ListOptions { Namespace = selection.AllNamespaces ? null : cluster.Namespace, LabelSelector = selection.Selector };
            await foreach (var item in cluster.Client.ListAsync(Kind.Resource, options).WithCancellation(cancellationToken))
            {
                found.Add(item);
            }

            return [.. found.OrderBy(static item => item.Metadata.Namespace, StringComparer.Ordinal).ThenBy(static item => item.Metadata.Name, StringComparer.Ordinal)];
        }

        if (selection.AllNamespaces || selection.Selector is not null)
        {
            throw CommandException.Usage("names go with neither --all-namespaces nor --selector");
        }

        foreach (var name in selection.Names)
        {
            if (await cluster.Client.FindAsync(Kind.Resource, cluster.Namespace, name, cancellationToken) is { } item)
            {
                found.Add(item);
            }
            else
            {
                missing.Add(name);
            }
        }

        return found;
    }

    /// <summary>Names what is missing.</summary>
    /// <returns>The exit code that follows.</returns>
    public static async Task<int> TellMissingAsync(Cluster cluster, IReadOnlyList<string> missing)
    {
        foreach (var name in missing)
        {
            await cluster.Terminal.Error.WriteLineAsync($"error: {Missing(cluster, name)}");
        }

        return missing.Count == 0 ? ExitCodes.Ok : ExitCodes.NotFound;
    }

    private static string Missing(Cluster cluster, string name) => $"there is no {Word} \"{name}\" in namespace {cluster.Namespace}";
}
