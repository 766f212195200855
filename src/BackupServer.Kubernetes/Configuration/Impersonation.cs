namespace BackupServer.Kubernetes.Configuration;

/// <summary>The identity to act as (<c>Impersonate-*</c> headers); needs the verb <c>impersonate</c>.</summary>
/// <param name="User">User name.</param>
/// <param name="Uid">User id, or empty.</param>
/// <param name="Groups">Groups.</param>
/// <param name="Extra">Further attributes.</param>
public sealed record Impersonation(
    string User, string Uid, IReadOnlyList<string> Groups, IReadOnlyDictionary<string, IReadOnlyList<string>> Extra);
