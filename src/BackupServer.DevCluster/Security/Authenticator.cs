using System.Security.Cryptography;
using System.Text;

namespace BackupServer.DevCluster.Security;

/// <summary>Bearer tokens to users: the administrator, the user without rights, and ServiceAccount tokens by registered readers.</summary>
internal sealed class Authenticator(string adminToken, string? nobodyToken)
{
    private readonly List<Func<string, UserInfo?>> _readers = [];

    /// <summary>The administrator.</summary>
    public static UserInfo Admin { get; } = new("system:admin", "", ["system:masters", "system:authenticated"]);

    /// <summary>The user without rights.</summary>
    public static UserInfo Nobody { get; } = new("nobody", "", ["system:authenticated"]);

    /// <summary>Adds a reader of further tokens (null: not one of its own, or not valid). Only while the cluster is composed.</summary>
    public void Add(Func<string, UserInfo?> reader) => _readers.Add(reader);

    /// <summary>The user of a token; null when it is not valid.</summary>
    public UserInfo? Authenticate(string token)
    {
        if (Same(token, adminToken))
        {
            return Admin;
        }

        if (nobodyToken is not null && Same(token, nobodyToken))
        {
            return Nobody;
        }

        return _readers.Select(r => r(token)).FirstOrDefault(u => u is not null);
    }

    private static bool Same(string a, string b) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(a), Encoding.UTF8.GetBytes(b));
}
