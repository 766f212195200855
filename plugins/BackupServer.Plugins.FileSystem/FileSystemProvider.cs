using BackupServer.Abstractions.Plugins.ObjectStores;
using BackupServer.Plugins.FileSystem.Interop;

namespace BackupServer.Plugins.FileSystem;

/// <summary>Opens directories as object stores. The bucket is an absolute directory that must exist; the prefix is a path below it that is made when needed.</summary>
public sealed class FileSystemProvider(TimeProvider timeProvider) : IObjectStoreProvider
{
    /// <inheritdoc/>
    public string Name => "FileSystem";

    /// <inheritdoc/>
    public string UrlScheme => "file";

    /// <inheritdoc/>
    public IReadOnlyList<string> Validate(ObjectStoreConfiguration configuration)
    {
        var problems = new List<string>();
        if (!Path.IsPathFullyQualified(configuration.Bucket))
        {
            problems.Add($"bucket '{configuration.Bucket}' is no absolute directory; write one such as /backups");
        }
        else if (configuration.Bucket.Contains('\0'))
        {
            problems.Add("bucket contains a zero byte, which no path can have");
        }

        if (configuration.Prefix.Length > 0 && !ObjectKey.IsValid(configuration.Prefix))
        {
            problems.Add($"prefix '{configuration.Prefix}' is no path of names made of letters, digits, '.', '_' and '-', joined by single slashes");
        }

        problems.AddRange(configuration.Config.Keys.Order(StringComparer.Ordinal)
            .Select(key => $"config.{key} '{configuration.Config[key]}' is not known: the FileSystem store has no settings"));
        if (configuration.Credential is not null)
        {
            problems.Add("credential is set, but the FileSystem store needs none: access is that of the process's user");
        }

        return problems;
    }

    /// <inheritdoc/>
    public ObjectStoreConfiguration ParseUrl(string address)
    {
        var path = Uri.UnescapeDataString(address.StartsWith("///", StringComparison.Ordinal) ? address[2..] : address);
        return path.StartsWith('/') && !path.StartsWith("//", StringComparison.Ordinal)
            ? new ObjectStoreConfiguration { Bucket = Path.GetFullPath(path) }
            : throw new FormatException($"'file:{address}' is no address of a directory; write file:///absolute/directory");
    }

    /// <inheritdoc/>
    public ValueTask<IObjectStore> OpenAsync(ObjectStoreConfiguration configuration, CancellationToken cancellationToken)
    {
        if (Validate(configuration) is { Count: > 0 } problems)
        {
            throw new ObjectStoreException(ObjectStoreErrorKind.Permanent, $"cannot open the directory: {string.Join("; ", problems)}");
        }

        var bucket = Path.GetFullPath(configuration.Bucket);
        var status = FileStatus.Of(bucket, out var error);
        return status switch
        {
            { IsDirectory: true } directory => ValueTask.FromResult<IObjectStore>(new FileSystemObjectStore(bucket, directory.Device, configuration.Prefix, timeProvider)),
            { } => throw new ObjectStoreException(ObjectStoreErrorKind.Permanent, $"cannot open {bucket}: it is no directory"),
            null when error is Errno.NoEntry or Errno.NotDirectory => throw new ObjectStoreException(
                ObjectStoreErrorKind.NotFound,
                $"cannot open {bucket}: there is no such directory; make it, or mount it, and give it to uid {LibC.GetEffectiveUserId()}"),
            null => throw FileErrors.Of("open", "", bucket, error),
        };
    }
}
