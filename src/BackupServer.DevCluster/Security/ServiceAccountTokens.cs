using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;

namespace BackupServer.DevCluster.Security;

/// <summary>Mints and reads ServiceAccount tokens (JWT, RS256). A token is good while its account, and the object it is bound to, exist.</summary>
internal sealed class ServiceAccountTokens
{
    /// <summary>Issuer and default audience.</summary>
    public const string Issuer = "https://kubernetes.default.svc.cluster.local";

    private readonly RSA _key;
    private readonly string _keyId;
    private readonly ResourceService _resources;

    /// <param name="resources">To look accounts up.</param>
    /// <param name="folder">Where the key is kept, or null for a key of this process.</param>
    public ServiceAccountTokens(ResourceService resources, string? folder)
    {
        _resources = resources;
        _key = RSA.Create(2048);
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
                using var stream = new FileStream(file, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
                stream.Write(Encoding.ASCII.GetBytes(_key.ExportPkcs8PrivateKeyPem()));
            }
        }

        _keyId = Base64Url.EncodeToString(SHA256.HashData(_key.ExportSubjectPublicKeyInfo()));
    }

    /// <summary>A token of an account.</summary>
    /// <param name="account">The ServiceAccount.</param>
    /// <param name="audiences">Audiences.</param>
    /// <param name="lifetime">How long it is good; null for ever.</param>
    /// <param name="bound">The object it is bound to (kind Pod, Secret or Node), or null.</param>
    public string Mint(JsonObject account, IReadOnlyList<string> audiences, TimeSpan? lifetime, JsonObject? bound)
    {
        var now = _resources.Time.GetUtcNow();
        var facts = new JsonObject
        {
            ["namespace"] = account.Namespace(),
            ["serviceaccount"] = new JsonObject { ["name"] = account.Name(), ["uid"] = account.Uid() },
        };
        if (bound is not null)
        {
            facts[((string)bound["kind"]!).ToLowerInvariant()] = new JsonObject { ["name"] = bound.Name(), ["uid"] = bound.Uid() };
        }

        var claims = new JsonObject
        {
            ["aud"] = new JsonArray([.. audiences.Select(a => (JsonNode)a)]),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["iss"] = Issuer,
            ["jti"] = NameGenerator.Uid(_resources.Random),
            ["kubernetes.io"] = facts,
            ["nbf"] = now.ToUnixTimeSeconds(),
            ["sub"] = $"system:serviceaccount:{account.Namespace()}:{account.Name()}",
        };
        if (lifetime is { } span)
        {
            claims["exp"] = (now + span).ToUnixTimeSeconds();
        }

        var header = new JsonObject { ["alg"] = "RS256", ["kid"] = _keyId };
        var text = $"{Encode(header)}.{Encode(claims)}";
        return $"{text}.{Base64Url.EncodeToString(Sign(text))}";
    }

    /// <summary>The account of a token, or null when it is not (or no longer) good.</summary>
    public UserInfo? Read(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3 || Decode(parts[1]) is not { } claims || Bytes(parts[2]) is not { } signature)
        {
            return null;
        }

        lock (_key)
        {
            if (!_key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
            {
                return null;
            }
        }

        if (claims["exp"] is { } expiry && (long)expiry <= _resources.Time.GetUtcNow().ToUnixTimeSeconds())
        {
            return null;
        }

        return claims["kubernetes.io"] is JsonObject facts ? UserOf(facts) : null;
    }

    /// <summary>The JSON Web Key Set.</summary>
    public JsonObject PublicKeys()
    {
        var parameters = _key.ExportParameters(false);
        return new JsonObject
        {
            ["keys"] = new JsonArray(new JsonObject
            {
                ["use"] = "sig",
                ["kty"] = "RSA",
                ["kid"] = _keyId,
                ["alg"] = "RS256",
                ["n"] = Base64Url.EncodeToString(parameters.Modulus),
                ["e"] = Base64Url.EncodeToString(parameters.Exponent),
            }),
        };
    }

    /// <summary>The OpenID configuration.</summary>
    public static JsonObject Configuration(Uri address) => new()
    {
        ["issuer"] = Issuer,
        ["jwks_uri"] = $"{address.ToString().TrimEnd('/')}/openid/v1/jwks",
        ["response_types_supported"] = new JsonArray("id_token"),
        ["subject_types_supported"] = new JsonArray("public"),
        ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
    };

    private UserInfo? UserOf(JsonObject facts)
    {
        var ns = (string?)facts["namespace"] ?? "";
        var (name, uid) = ((string?)facts["serviceaccount"]?["name"] ?? "", (string?)facts["serviceaccount"]?["uid"] ?? "");
        if (_resources.Find(_resources.Catalog.Get("", "v1", "serviceaccounts"), ns, name)?.Uid != uid)
        {
            return null;
        }

        var user = UserInfo.ServiceAccount(ns, name, uid);
        foreach (var (key, plural) in new[] { ("pod", "pods"), ("secret", "secrets"), ("node", "nodes") })
        {
            if (facts[key] is not JsonObject bound)
            {
                continue;
            }

            var definition = _resources.Catalog.Get("", "v1", plural);
            if (_resources.Find(definition, definition.Namespaced ? ns : "", (string?)bound["name"] ?? "")?.Uid != (string?)bound["uid"])
            {
                return null;
            }

            user = user with
            {
                Extra = new Dictionary<string, IReadOnlyList<string>>
                {
                    [$"authentication.kubernetes.io/{key}-name"] = [(string)bound["name"]!],
                    [$"authentication.kubernetes.io/{key}-uid"] = [(string)bound["uid"]!],
                },
            };
        }

        return user;
    }

    private byte[] Sign(string text)
    {
        lock (_key)
        {
            return _key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
    }

    private static string Encode(JsonObject json) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(json));

    private static byte[]? Bytes(string text) => Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : null;

    private static JsonObject? Decode(string text)
    {
        try
        {
            return Bytes(text) is { } bytes ? JsonNode.Parse(bytes) as JsonObject : null;
        }
        catch (JsonException)
        {
            // Not a token of ours: the next reader or 401 follows.
            return null;
        }
    }
}
