namespace BackupServer.DevCluster.Security;

/// <summary>An authenticated user.</summary>
/// <param name="Name">User name.</param>
/// <param name="Uid">Uid, or the empty string.</param>
/// <param name="Groups">Groups.</param>
internal sealed record UserInfo(string Name, string Uid, IReadOnlyList<string> Groups)
{
    /// <summary>The server itself.</summary>
    public static UserInfo System { get; } = new("system:apiserver", "", ["system:masters", "system:authenticated"]);

    /// <summary>A request without credentials.</summary>
    public static UserInfo Anonymous { get; } = new("system:anonymous", "", ["system:unauthenticated"]);

    /// <summary>Extra facts, such as the pod a ServiceAccount token is bound to.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Extra { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>One of the cluster's own controllers.</summary>
    public static UserInfo Controller(string name) =>
        new($"system:serviceaccount:kube-system:{name}", "", ["system:masters", "system:serviceaccounts", "system:authenticated"]);

    /// <summary>The user of a ServiceAccount's token.</summary>
    public static UserInfo ServiceAccount(string ns, string name, string uid) =>
        new($"system:serviceaccount:{ns}:{name}", uid, ["system:serviceaccounts", $"system:serviceaccounts:{ns}", "system:authenticated"]);
}
