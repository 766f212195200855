namespace BackupServer.DevCluster.Api;

/// <summary>The admission plugins in their order.</summary>
internal sealed class AdmissionChain
{
    private readonly List<IAdmissionPlugin> _plugins = [];

    /// <summary>Adds a plugin at the end. Only while the cluster is composed.</summary>
    public void Add(IAdmissionPlugin plugin) => _plugins.Add(plugin);

    /// <summary>Lets every plugin change the request.</summary>
    public void Admit(AdmissionRequest request) => _plugins.ForEach(p => p.Admit(request));

    /// <summary>Lets every plugin refuse the request.</summary>
    public void Validate(AdmissionRequest request) => _plugins.ForEach(p => p.Validate(request));
}
