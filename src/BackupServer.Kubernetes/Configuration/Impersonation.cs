namespace BackupServer.Kubernetes.Configuration;

/// <summary>
/// The identity to act as (<c>Impersonate-*</c> headers); needs the verb <c>impersonate</c>. One group and one value per attribute: the
/// API server wants several as header lines of their own, and .NET's HTTP stack joins lines of one name into one.
/// </summary>
/// <param name="User">User name.</param>
/// <param name="Uid">User id, or empty.</param>
/// <param name="Group">Group, or empty.</param>
/// <param name="Extra">Further attributes.</param>
public sealed record Impersonation(string User, string Uid, string Group, IReadOnlyDictionary<string, string> Extra);
