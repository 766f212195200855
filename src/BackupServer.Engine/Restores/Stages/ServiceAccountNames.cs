namespace BackupServer.Engine.Restores.Stages;

/// <summary>The names under which the API server knows ServiceAccounts as users and groups, which bindings may use too.</summary>
internal static class ServiceAccountNames
{
    /// <summary>Before the namespace, in the group of all accounts of a namespace.</summary>
    public const string GroupPrefix = "system:serviceaccounts:";

    /// <summary>Before <c>namespace:name</c>, in the user of an account.</summary>
    public const string UserPrefix = "system:serviceaccount:";

    /// <summary>The name after a mapping of namespaces; null when the mapping does not concern it.</summary>
    public static string? Map(string name, Dictionary<string, string> namespaces)
    {
        var prefix = name.StartsWith(GroupPrefix, StringComparison.Ordinal) ? GroupPrefix
            : name.StartsWith(UserPrefix, StringComparison.Ordinal) ? UserPrefix
            : null;
        if (prefix is null)
        {
            return null;
        }

        var rest = name[prefix.Length..].Split(':', 2);
        return namespaces.TryGetValue(rest[0], out var mapped) ? prefix + string.Join(':', [mapped, .. rest[1..]]) : null;
    }
}
