using System.Text;
using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Controllers.Tokens;

/// <summary>Fills Secrets of type <c>kubernetes.io/service-account-token</c>, and deletes them with (or without) their ServiceAccount.</summary>
internal sealed class TokenSecretController(ControllerContext context) : Reconciler(context, "tokens-controller")
{
    private const string TokenType = "kubernetes.io/service-account-token";
    private const string AccountName = "kubernetes.io/service-account.name";
    private const string AccountUid = "kubernetes.io/service-account.uid";

    protected override IReadOnlyCollection<string>? Watched { get; } = ["secrets", "serviceaccounts"];

    protected override IEnumerable<ObjectKey> KeysOf(ObjectChange change)
    {
        if (change.Resource == "serviceaccounts")
        {
            return Client.List("secrets", change.Namespace).Where(secret => secret.Annotation(AccountName) == change.Name && secret.Text("type") == TokenType)
                .Select(secret => new ObjectKey(change.Namespace, secret.Name()));
        }

        return !change.Deleted && change.Object.Text("type") == TokenType ? [change.Key] : [];
    }

    protected override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (Client.Get("secrets", key.Namespace, key.Name) is not { } secret || secret.IsDeleting() || secret.Text("type") != TokenType) return null;
        var account = Client.Get("serviceaccounts", key.Namespace, secret.Annotation(AccountName) ?? string.Empty);
        var uid = secret.Annotation(AccountUid);
        if (account is null || (uid is { Length: > 0 } && uid != account.Uid()))
        {
            await Client.DeleteAsync("secrets", key.Namespace, key.Name, new DeleteWish(secret.Uid()), cancellationToken);
            return null;
        }

        await Client.ChangeAsync("secrets", key.Namespace, key.Name, "", latest =>
        {
            latest.SetAnnotation(AccountUid, account.Uid());
            var data = latest.Ensure("data");
            data["ca.crt"] = Base64(Context.RootCertificatePem);
            data["namespace"] = Base64(key.Namespace!);
            data["token"] ??= Base64(Context.IssueToken(new ServiceAccountTokenWish(key.Namespace!, account.Name(), account.Uid(), SecretName: key.Name, SecretUid: secret.Uid())));
        }, cancellationToken);
        return null;
    }

    private static JsonNode Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
