namespace BackupServer.Abstractions.Plugins;

/// <summary>Names a plugin's entry type: <c>[assembly: Plugin(typeof(MyPlugin), PluginContract.Version)]</c>.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class PluginAttribute(Type entryType, int contractVersion) : Attribute
{
    /// <summary>Type with a public parameterless constructor that implements <see cref="IPlugin"/>.</summary>
    public Type EntryType { get; } = entryType;

    /// <summary>The <see cref="PluginContract.Version"/> the plugin was compiled with.</summary>
    public int ContractVersion { get; } = contractVersion;
}
