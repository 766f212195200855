namespace BackupServer.DevCluster.Controllers.Tokens;

/// <summary>A ServiceAccount token somebody needs.</summary>
/// <param name="Namespace">Namespace of the account.</param>
/// <param name="Account">Its name.</param>
/// <param name="AccountUid">Its uid.</param>
/// <param name="LifetimeSeconds">Null: it does not expire.</param>
/// <param name="Audiences">None: the API server.</param>
/// <param name="PodName">The Pod it is bound to, if any.</param>
/// <param name="PodUid">Uid of that Pod.</param>
/// <param name="SecretName">The Secret that holds it, if any.</param>
/// <param name="SecretUid">Uid of that Secret.</param>
internal sealed record ServiceAccountTokenWish(
    string Namespace, string Account, string AccountUid, long? LifetimeSeconds = null, IReadOnlyList<string>? Audiences = null,
    string? PodName = null, string? PodUid = null, string? SecretName = null, string? SecretUid = null);
