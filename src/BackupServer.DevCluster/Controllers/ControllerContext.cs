using BackupServer.DevCluster.Controllers.Tokens;
using BackupServer.DevCluster.Registry;

namespace BackupServer.DevCluster.Controllers;

/// <summary>What all controllers share.</summary>
internal sealed class ControllerContext(
    ResourceCatalog catalog, Func<string, IObjectClient> clients, ChangeFeed feed, ServiceAccountTokens tokens,
    string rootCertificatePem, LocalPaths paths, ILogger logger, TimeProvider time)
{
    public ChangeFeed Feed => feed;

    public ILogger Logger => logger;

    public TimeProvider Time => time;

    public LocalPaths Paths => paths;

    /// <summary>Certificate of the cluster's authority, as Pods get it to check the API server with.</summary>
    public string RootCertificatePem => rootCertificatePem;

    /// <summary>A client with the identity of that controller.</summary>
    public IObjectClient ClientFor(string name) => clients(name);

    public string IssueToken(ServiceAccountTokenWish wish) => tokens.Issue(wish).Token;

    /// <summary>The kind of an owner reference, or null when nobody serves it. The version need not be the one it is stored in.</summary>
    public KindFacts? FindKind(string apiVersion, string kind)
    {
        if (catalog.TryGetKind(apiVersion, kind, out var exact)) return new KindFacts(exact.GroupResource, exact.Namespaced);
        return null;
    }

    /// <summary>Every namespaced resource that can be listed and deleted, each once whatever its versions and aliases.</summary>
    public IEnumerable<string> DeletableNamespacedResources() => catalog.All
        .Where(resource => resource.Namespaced && resource.Supports("delete") && resource.Supports("list"))
        .GroupBy(resource => resource.Bucket)
        .Select(versions => versions.First().GroupResource);
}
