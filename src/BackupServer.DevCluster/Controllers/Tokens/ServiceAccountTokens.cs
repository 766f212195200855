using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Security;

namespace BackupServer.DevCluster.Controllers.Tokens;

/// <summary>Issues and reads ServiceAccount tokens: JWTs with ES256, with the claims Kubernetes puts in. The key is kept with the cluster's data.</summary>
internal sealed class ServiceAccountTokens : IDisposable
{
    /// <summary>Issuer and default audience.</summary>
    public const string Issuer = "https://kubernetes.default.svc.cluster.local";

    private readonly ECDsa _key;
    private readonly IObjectClient _client;
    private readonly TimeProvider _time;
    private readonly string _keyId;

    /// <param name="folder">Where the key is kept, or null to have one for this run only.</param>
    /// <param name="client">To see whether the account, Pod or Secret of a token is still there.</param>
    /// <param name="time">Clock.</param>
    public ServiceAccountTokens(string? folder, IObjectClient client, TimeProvider time)
    {
        _client = client;
        _time = time;
        _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (folder is not null)
        {
            var file = Path.Combine(folder, "sa.key");
            if (File.Exists(file))
            {
                _key.ImportFromPem(File.ReadAllText(file));
            }
            else
            {
                Directory.CreateDirectory(folder);
                using var stream = new FileStream(
                    file, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
                stream.Write(Encoding.ASCII.GetBytes(_key.ExportPkcs8PrivateKeyPem()));
            }
        }

        _keyId = Base64Url.EncodeToString(SHA256.HashData(_key.ExportSubjectPublicKeyInfo()));
    }

    /// <summary>A token and when it expires (null: never).</summary>
    public (string Token, DateTimeOffset? Expires) Issue(ServiceAccountTokenWish wish)
    {
        var now = _time.GetUtcNow();
        var claims = new JsonObject { ["iss"] = Issuer, ["sub"] = $"system:serviceaccount:{wish.Namespace}:{wish.Account}", ["iat"] = now.ToUnixTimeSeconds(), ["nbf"] = now.ToUnixTimeSeconds() };
        DateTimeOffset? expires = wish.LifetimeSeconds is { } seconds ? now.AddSeconds(seconds) : null;
        if (expires is { } end)
        {
            claims["exp"] = end.ToUnixTimeSeconds();
            claims["aud"] = wish.Audiences is { Count: > 0 } ? wish.Audiences.ToJson() : new JsonArray(Issuer);
            claims["jti"] = Guid.NewGuid().ToString();
        }

        var about = new JsonObject
        {
            ["namespace"] = wish.Namespace,
            ["serviceaccount"] = new JsonObject { ["name"] = wish.Account, ["uid"] = wish.AccountUid },
        };
        if (wish.PodName is not null) about["pod"] = new JsonObject { ["name"] = wish.PodName, ["uid"] = wish.PodUid };
        if (wish.SecretName is not null) about["secret"] = new JsonObject { ["name"] = wish.SecretName, ["uid"] = wish.SecretUid };
        claims["kubernetes.io"] = about;

        var head = new JsonObject { ["alg"] = "ES256", ["kid"] = _keyId };
        var signed = $"{Encode(head)}.{Encode(claims)}";
        return ($"{signed}.{Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}", expires);
    }

    /// <summary>The user of a token; null when it is not ours, not signed by us, expired, for another audience, or its account is gone.</summary>
    public UserInfo? Read(string token)
    {
        if (Verify(token) is not { } claims) return null;
        if (claims.Number("exp") is { } end && DateTimeOffset.FromUnixTimeSeconds(end) <= _time.GetUtcNow()) return null;
        if (claims.At("aud") is JsonArray audiences && !audiences.Any(audience => audience.Text() == Issuer)) return null;
        var about = claims.At("kubernetes.io");
        var ns = about.Text("namespace") ?? string.Empty;
        var name = about.Text("serviceaccount", "name") ?? string.Empty;
        var uid = about.Text("serviceaccount", "uid") ?? string.Empty;
        if (_client.Get("serviceaccounts", ns, name).Uid() != uid || uid.Length == 0) return null;
        if (!IsThere("pods", "pod") || !IsThere("secrets", "secret")) return null;

        var user = UserInfo.ServiceAccount(ns, name, uid);
        return about.Text("pod", "name") is not { } pod ? user : user with
        {
            Extra = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal)
            {
                ["authentication.kubernetes.io/pod-name"] = [pod],
                ["authentication.kubernetes.io/pod-uid"] = [about.Text("pod", "uid") ?? string.Empty],
            },
        };

        bool IsThere(string resource, string claim) =>
            about.Text(claim, "name") is not { } bound || _client.Get(resource, ns, bound).Uid() == about.Text(claim, "uid");
    }

    public void Dispose() => _key.Dispose();

    private static string Encode(JsonNode node) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(node.ToJsonString()));

    private JsonNode? Verify(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3) return null;
        try
        {
            var signature = Base64Url.DecodeFromChars(parts[2]);
            return _key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), signature, HashAlgorithmName.SHA256)
                ? JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))
                : null;
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            return null;
        }
    }
}
