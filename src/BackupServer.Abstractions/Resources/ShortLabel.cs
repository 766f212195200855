using System.Security.Cryptography;
using System.Text;

namespace BackupServer.Abstractions.Resources;

/// <summary>Label values of names that may be longer than the 63 characters a label can hold.</summary>
public static class ShortLabel
{
    private const int Longest = 63;
    private const int Kept = 57;
    private const int HashDigits = 6;

    /// <summary>The name itself, or its first 57 characters and six hexadecimal digits of its SHA-256, as Velero shortens.</summary>
    public static string Of(string name) => name.Length <= Longest
        ? name
        : name[..Kept] + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..HashDigits];
}
