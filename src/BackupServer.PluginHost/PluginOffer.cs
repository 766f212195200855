namespace BackupServer.PluginHost;

/// <summary>One thing that a plugin offers.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name, unique among its kind.</param>
/// <param name="Plugin">Name of the plugin.</param>
/// <param name="Implementation">The plugin's object.</param>
internal sealed record PluginOffer(PluginOfferKind Kind, string Name, string Plugin, object Implementation);
