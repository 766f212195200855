using BackupServer.Abstractions.Plugins.ObjectStores;
using BackupServer.PluginHost;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupServer.Cli.Running;

/// <summary>The plugins beside the program; loaded by the commands that need one, because loading takes as long as all else.</summary>
internal static class Plugins
{
    /// <summary>Loads them, and those in the folders of <c>$BACKUPCTL_PLUGINS</c> (separated by colons).</summary>
    public static Task<PluginCatalog> LoadAsync(Terminal terminal, TimeProvider time, CancellationToken cancellationToken)
    {
        var folders = (terminal.Variable("BACKUPCTL_PLUGINS") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        var options = new PluginHostOptions { Directories = [PluginHostOptions.ShippedPlugins, .. folders] };
        return PluginCatalog.LoadAsync(options, NullLoggerFactory.Instance, time, cancellationToken);
    }

    /// <summary>Whether a text is a URL that a plugin may take, not a path: it has a scheme before its first slash.</summary>
    public static bool IsUrl(string text) => text.IndexOf(':') is > 0 and var colon && text.AsSpan(0, colon).IndexOf('/') < 0;

    /// <summary>The plugin that takes a URL, and what it makes of it.</summary>
    /// <exception cref="PluginNotFoundException">None takes its scheme.</exception>
    /// <exception cref="FormatException">It is not one as the plugin wants it.</exception>
    public static (IObjectStoreProvider Provider, ObjectStoreConfiguration Configuration) ParseUrl(this PluginCatalog plugins, string url)
    {
        if (!IsUrl(url))
        {
            throw new FormatException($"'{url}' is no URL: it has no scheme; a directory is written file:///absolute/directory");
        }

        var colon = url.IndexOf(':');
        var provider = plugins.ObjectStoreForScheme(url[..colon]);
        return (provider, provider.ParseUrl(url[(colon + 1)..]));
    }
}
