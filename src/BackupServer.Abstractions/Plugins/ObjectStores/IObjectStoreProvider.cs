namespace BackupServer.Abstractions.Plugins.ObjectStores;

/// <summary>Opens object stores of one kind.</summary>
public interface IObjectStoreProvider
{
    /// <summary>Value of <c>spec.provider</c> of a BackupStorageLocation, for example <c>FileSystem</c>.</summary>
    string Name { get; }

    /// <summary>Scheme of URLs that the command line hands to this provider, without the colon, for example <c>s3</c>.</summary>
    string UrlScheme { get; }

    /// <summary>Says everything that is wrong with a configuration, one sentence each, naming the setting and its value; empty when it can be opened. Connects to nothing.</summary>
    IReadOnlyList<string> Validate(ObjectStoreConfiguration configuration);

    /// <summary>Turns what follows the scheme in a URL into a configuration.</summary>
    /// <exception cref="FormatException">The text is no address of this provider; the message says how one looks.</exception>
    ObjectStoreConfiguration ParseUrl(string address);

    /// <summary>Opens the store. May connect; the caller disposes it.</summary>
    /// <exception cref="ObjectStoreException">It cannot be opened.</exception>
    ValueTask<IObjectStore> OpenAsync(ObjectStoreConfiguration configuration, CancellationToken cancellationToken);
}
