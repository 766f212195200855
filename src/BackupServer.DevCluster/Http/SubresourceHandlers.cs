namespace BackupServer.DevCluster.Http;

/// <summary>
/// Handlers of subresources that are not plain reads and writes of the object, by <c>resource/subresource</c> of the core group or
/// <c>group/resource/subresource</c>. Status, scale of built-in workloads and namespaces/finalize are served without one.
/// </summary>
internal sealed class SubresourceHandlers
{
    private readonly Dictionary<string, ISubresourceHandler> _handlers = [];

    /// <summary>Registers a handler. Only while the cluster is composed.</summary>
    public void Add(string path, ISubresourceHandler handler) => _handlers[path] = handler;

    /// <summary>The handler of a request, or null.</summary>
    public ISubresourceHandler? For(string bucket, string subresource) => _handlers.GetValueOrDefault($"{bucket}/{subresource}");
}
