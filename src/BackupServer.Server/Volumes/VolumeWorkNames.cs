using System.Security.Cryptography;
using System.Text;

namespace BackupServer.Server.Volumes;

/// <summary>Names of work units, derived from the run and the volume, so that asking twice makes one.</summary>
internal static class VolumeWorkNames
{
    private const int LongestRunName = 40;

    /// <summary>Name of the unit of a volume in a run.</summary>
    public static string Of(string runName, string runUid, string key)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{runUid}/{key}")))[..10];
        var readable = runName.Length <= LongestRunName ? runName : runName[..LongestRunName].TrimEnd('-', '.');
        return $"{readable}-{hash}";
    }
}
