using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Security;

namespace BackupServer.DevCluster.Controllers.Tokens;

/// <summary>Issues and reads ServiceAccount tokens: JWTs with RS256, with the claims Kubernetes puts in. The key is kept with the cluster's data.</summary>
internal sealed class ServiceAccountTokens : IDisposable
{
    /// <summary>Issuer and default audience.</summary>
    public const string Issuer = "https://kubernetes.default.svc.cluster.local";

    /// <summary>How tokens are signed.</summary>
    public const string Algorithm = "RS256";

    private const int KeyBits = 2048;

    private readonly IObjectClient _client;
    private readonly TimeProvider _time;

    // Finding primes takes longer than the start of everything else: the first token waits for it, not the start.
    private readonly Lazy<(RSA Key, string Id)> _key;

    /// <param name="folder">Where the key is kept, or null to have one for this run only.</param>
    /// <param name="client">To see whether the account, Pod or Secret of a token is still there.</param>
    /// <param name="time">Clock.</param>
    public ServiceAccountTokens(string? folder, IObjectClient client, TimeProvider time)
    {
        _client = client;
        _time = time;
        _key = new(() =>
        {
            var key = folder is null ? RSA.Create(KeyBits) : LoadOrCreate(folder);
            return (key, Base64Url.EncodeToString(SHA256.HashData(key.ExportSubjectPublicKeyInfo())));
        });
    }

    /// <summary>The public key as a JSON Web Key Set, with which others check tokens.</summary>
    public JsonObject KeySet()
    {
        var (key, id) = _key.Value;
        var numbers = key.ExportParameters(includePrivateParameters: false);
        return new JsonObject
        {
            ["keys"] = new JsonArray(new JsonObject
            {
                ["use"] = "sig",
                ["kty"] = "RSA",
                ["kid"] = id,
                ["alg"] = Algorithm,
                ["n"] = Base64Url.EncodeToString(numbers.Modulus),
                ["e"] = Base64Url.EncodeToString(numbers.Exponent),
            }),
        };
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

        var (key, id) = _key.Value;
        var head = new JsonObject { ["alg"] = Algorithm, ["kid"] = id };
        var signed = $"{Encode(head)}.{Encode(claims)}";
        var signature = key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return ($"{signed}.{Base64Url.EncodeToString(signature)}", expires);
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

    public void Dispose()
    {
        if (_key.IsValueCreated) _key.Value.Key.Dispose();
    }

    private static RSA LoadOrCreate(string folder)
    {
        var file = Path.Combine(folder, "sa-rsa.key");
        if (File.Exists(file))
        {
            var kept = RSA.Create();
            kept.ImportFromPem(File.ReadAllText(file));
            return kept;
        }

        var key = RSA.Create(KeyBits);
        Directory.CreateDirectory(folder);
        using var stream = new FileStream(
            file, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        stream.Write(Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()));
        return key;
    }

    private static string Encode(JsonNode node) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(node.ToJsonString()));

    private JsonNode? Verify(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3) return null;
        try
        {
            var signature = Base64Url.DecodeFromChars(parts[2]);
            return _key.Value.Key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                ? JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))
                : null;
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            return null;
        }
    }
}
