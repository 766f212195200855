namespace BackupServer.DevCluster.Http;

/// <summary>A resource path taken apart: <c>/api/v1/namespaces/ns/pods/name/log</c>.</summary>
/// <param name="Group">API group; empty for core.</param>
/// <param name="Version">Version.</param>
/// <param name="Resource">Plural.</param>
/// <param name="Namespace">Namespace, or empty.</param>
/// <param name="Name">Object, or empty for a collection.</param>
/// <param name="Subresource">Subresource, or empty.</param>
/// <param name="Rest">What follows the subresource (proxy paths), or empty.</param>
internal sealed record RequestPath(string Group, string Version, string Resource, string Namespace, string Name, string Subresource, string Rest)
{
    /// <summary>Takes a path apart; null when it is not that of a resource.</summary>
    public static RequestPath? Parse(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var (group, version, rest) = parts switch
        {
            ["api", var v, .. var r] when r.Length > 0 => ("", v, r),
            ["apis", var g, var v, .. var r] when r.Length > 0 => (g, v, r),
            _ => ("", "", []),
        };
        return rest switch
        {
            [] => null,
            ["namespaces", var ns, var resource, .. var tail] when !IsNamespaceSubresource(group, resource, tail) => Of(group, version, ns, resource, tail),
            [var resource, .. var tail] => Of(group, version, "", resource, tail),
        };
    }

    private static bool IsNamespaceSubresource(string group, string resource, string[] tail) =>
        group.Length == 0 && tail.Length == 0 && resource is "finalize" or "status";

    private static RequestPath Of(string group, string version, string ns, string resource, string[] tail) =>
        new(group, version, resource, ns, tail.ElementAtOrDefault(0) ?? "", tail.ElementAtOrDefault(1) ?? "", string.Join('/', tail.Skip(2)));
}
