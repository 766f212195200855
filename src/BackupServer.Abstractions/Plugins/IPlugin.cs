namespace BackupServer.Abstractions.Plugins;

/// <summary>Entry of a plugin. Made once per process.</summary>
public interface IPlugin
{
    /// <summary>Name of the plugin, for people.</summary>
    string Name { get; }

    /// <summary>Hands over everything the plugin offers. Called once, before anything else.</summary>
    void Register(IPluginRegistry registry);
}
