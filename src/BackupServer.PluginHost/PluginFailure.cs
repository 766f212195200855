namespace BackupServer.PluginHost;

/// <summary>A plugin that is not in use.</summary>
/// <param name="Name">Name of its folder.</param>
/// <param name="Path">Its main assembly.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record PluginFailure(string Name, string Path, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => $"plugin {Name} ({Path}) is not in use: {Reason}";
}
