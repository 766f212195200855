namespace BackupServer.PluginHost;

/// <summary>A plugin that is in use.</summary>
/// <param name="Name">Name it gives itself.</param>
/// <param name="Path">Its main assembly.</param>
/// <param name="Version">Version of that assembly.</param>
/// <param name="Offers">What it offers: kind and name.</param>
public sealed record LoadedPlugin(string Name, string Path, string Version, IReadOnlyList<(PluginOfferKind Kind, string Name)> Offers);
