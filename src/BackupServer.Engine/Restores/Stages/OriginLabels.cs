using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using BackupServer.Abstractions.Resources;

namespace BackupServer.Engine.Restores.Stages;

/// <summary>Labels that say where a restored object comes from. By the uid a restore that starts again knows what it made.</summary>
public static class OriginLabels
{
    private const int MostCharacters = 63;
    private static readonly string[] Keys = [Labels.BackupName, Labels.RestoreName, Labels.RestoreUid];

    /// <summary>Puts the labels on an object, in place of those of an earlier restore.</summary>
    public static void Put(JsonObject content, string backupName, string restoreName, string restoreUid)
    {
        var labels = content.Ensure("metadata").Ensure("labels");
        labels[Labels.BackupName] = Shorten(backupName);
        labels[Labels.RestoreName] = Shorten(restoreName);
        labels[Labels.RestoreUid] = restoreUid;
    }

    /// <summary>Takes the labels off, for comparing.</summary>
    public static void Remove(JsonObject content)
    {
        foreach (var key in Keys)
        {
            content.Remove("metadata", "labels", key);
        }

        content.RemoveIfEmpty("metadata", "labels");
    }

    /// <summary>A name that fits in a label: one that is too long keeps its first 57 characters, and 6 digits tell it from others that begin alike.</summary>
    public static string Shorten(string name) => name.Length <= MostCharacters
        ? name
        : name[..(MostCharacters - 6)] + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..6];
}
