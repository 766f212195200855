using System.Buffers;

namespace BackupServer.Abstractions.Plugins.ObjectStores;

/// <summary>What a key of an object looks like: segments of [A-Za-z0-9._-], not <c>.</c> or <c>..</c>, joined by single slashes.</summary>
public static class ObjectKey
{
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>Whether a text is a key.</summary>
    public static bool IsValid(ReadOnlySpan<char> key)
    {
        foreach (var range in key.Split('/'))
        {
            if (key[range] is "" or "." or ".." || key[range].ContainsAnyExcept(Allowed))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a text is a prefix for listing: empty, or a key and a slash.</summary>
    public static bool IsValidPrefix(ReadOnlySpan<char> prefix) =>
        prefix.IsEmpty || (prefix.EndsWith("/") && IsValid(prefix[..^1]));
}
