using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources;

namespace BackupServer.Engine.Selecting;

/// <summary>The label that keeps an object out of every backup, in both spellings; ours wins where both are there.</summary>
internal static class ExcludeLabel
{
    public static bool IsOn(RawMetadata metadata) =>
        (metadata.Labels.TryGetValue(Labels.ExcludeFromBackup, out var ours)
            ? ours
            : metadata.Labels.GetValueOrDefault(Labels.VeleroExcludeFromBackup)) == "true";
}
