using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Plugins.ObjectStores;
using BackupServer.Engine.Clusters;
using BackupServer.Kubernetes;
using BackupServer.Kubernetes.Errors;
using BackupServer.Kubernetes.Writes;
using BackupServer.Repository;
using BackupServer.Server.Locations;
using BackupServer.Server.Reconcilers;

namespace BackupServer.Server.Runs;

/// <summary>
/// Carries a Backup or Restore object through one run: its status says that it began, then what came of it. What cannot go on is an outcome; a status that cannot
/// be written is none, and neither is the end of leadership: then everything is left as it is, and the run is begun again.
/// </summary>
internal sealed partial class RunCarrier(KubernetesClient client, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan PauseAfterSilence = TimeSpan.FromSeconds(5);

    /// <summary>Carries an object through a run.</summary>
    /// <param name="subject">The object.</param>
    /// <param name="begun">Its status while it runs.</param>
    /// <param name="execute">The run; gives the status of its end.</param>
    /// <param name="failed">The status of an end without result, from the reason.</param>
    /// <param name="clear">Clears away what agents were asked for, before the end is written: a killed server finds the run unfinished and comes here again.</param>
    /// <param name="inWords">The end in words, for the log.</param>
    /// <param name="leading">Cancelled when this process stops leading.</param>
    public async Task CarryAsync<T, TStatus>(
        T subject, TStatus begun, Func<Task<TStatus>> execute, Func<string, TStatus> failed, Func<TStatus, Task> clear,
        Func<TStatus, string> inWords, CancellationToken leading)
        where T : class, ICustomResource
        where TStatus : class
    {
        var (kind, name) = (typeof(T).Name, new ObjectName(subject.Metadata.Namespace!, subject.Metadata.Name));
        LogBegins(logger, kind, name);
        try
        {
            await WriteAsync(subject, begun, leading);
            var result = await ResultAsync(kind, name, execute, failed);
            await clear(result);
            await WriteAsync(subject, result, leading);
            LogEnded(logger, kind, name, inWords(result));
        }
        catch (OperationCanceledException)
        {
            LogLeft(logger, kind, name);
        }
        catch (Exception e)
        {
            // Nothing is undone because of that: the run is begun again, and finds what it committed.
            LogBroken(logger, e, kind, name);
            await Task.WhenAny(Task.Delay(PauseAfterSilence, time, leading));
        }
    }

    /// <summary>Writes a status; that the object is gone meanwhile is noted and no error.</summary>
    public async Task WriteAsync<T, TStatus>(T subject, TStatus status, CancellationToken cancellationToken)
        where T : class, ICustomResource
        where TStatus : class
    {
        try
        {
            _ = await client.PatchAsync<T>(subject.Metadata.Namespace!, subject.Metadata.Name, StatusPatch.Of(status), WriteOptions.Status, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            LogGone(logger, typeof(T).Name, new ObjectName(subject.Metadata.Namespace!, subject.Metadata.Name));
        }
    }

    private async Task<TStatus> ResultAsync<TStatus>(string kind, ObjectName name, Func<Task<TStatus>> execute, Func<string, TStatus> failed)
    {
        try
        {
            return await execute();
        }
        catch (Exception e) when (e is LocationException or RepositoryException or ObjectStoreException or ClusterException or KubernetesException or IOException)
        {
            LogFailed(logger, e, kind, name);
            return failed(e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Kind} {Name} begins")]
    private static partial void LogBegins(ILogger logger, string kind, ObjectName name);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Kind} {Name} is {Outcome}")]
    private static partial void LogEnded(ILogger logger, string kind, ObjectName name, string outcome);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Kind} {Name} is left to whoever goes on")]
    private static partial void LogLeft(ILogger logger, string kind, ObjectName name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} {Name} was deleted while it ran")]
    private static partial void LogGone(ILogger logger, string kind, ObjectName name);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Kind} {Name} failed")]
    private static partial void LogFailed(ILogger logger, Exception error, string kind, ObjectName name);

    [LoggerMessage(Level = LogLevel.Error, Message = "The run of {Kind} {Name} broke off; it is begun again")]
    private static partial void LogBroken(ILogger logger, Exception error, string kind, ObjectName name);
}
