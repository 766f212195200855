namespace BackupServer.Server.Validation;

/// <summary>Outside the server's namespace a backup or restore concerns its own namespace only, so that a tenant needs nothing but ordinary RBAC there.</summary>
internal static class TenantRules
{
    /// <summary>The one namespace an object may concern; null for the whole cluster.</summary>
    public static string? OnlyNamespace(string? objectNamespace, string serverNamespace) =>
        objectNamespace == serverNamespace ? null : objectNamespace;

    /// <summary>Checks that the filters stay inside.</summary>
    public static void Check(string? objectNamespace, string serverNamespace, List<string>? includedNamespaces, bool? includeClusterResources, ICollection<string> problems)
    {
        if (OnlyNamespace(objectNamespace, serverNamespace) is not { } only)
        {
            return;
        }

        foreach (var other in (includedNamespaces ?? []).Where(n => n != only))
        {
            problems.Add($"spec.includedNamespaces: \"{other}\" is outside of namespace {only}; objects outside of {serverNamespace} concern their own namespace only");
        }

        if (includeClusterResources == true)
        {
            problems.Add($"spec.includeClusterResources: true is allowed in namespace {serverNamespace} only");
        }
    }
}
