using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Archives;
using BackupServer.Engine.Reporting;
using BackupServer.Engine.Selecting;
using BackupServer.Engine.Volumes;

namespace BackupServer.Engine.Restores.Planning;

/// <summary>Data of volumes that a restore cannot bring back, as the backup shows before anything is done. Pure.</summary>
internal static class VolumeProblems
{
    /// <summary>Data that somebody wanted and does not get.</summary>
    public static IEnumerable<RunMessage> Errors(RestorePlanInput input, IReadOnlyCollection<PlannedItem> items) =>
        Missing(input, items).Where(record => !record.IsLeftOutKnowingly).Select(EmptyVolume).Concat(Unwritable(input, items));

    /// <summary>Data that was left out of the backup knowingly.</summary>
    public static IEnumerable<RunMessage> Warnings(RestorePlanInput input, IReadOnlyCollection<PlannedItem> items) =>
        Missing(input, items).Where(record => record.IsLeftOutKnowingly).Select(EmptyVolume);

    private static IEnumerable<VolumeRecord> Missing(RestorePlanInput input, IReadOnlyCollection<PlannedItem> items)
    {
        var claims = items.Where(item => item.Line.Reference.Resource == WellKnown.Claims).Select(item => item.Line.Reference.Name).ToHashSet();
        return input.Spec.RestorePVs == false
            ? []
            : input.Volumes.Where(record => record is { Claim: not null, HasData: false } && record.ReclaimPolicy != "Retain" && record.Reason != VolumeReason.NotBound)
                .Where(record => claims.Contains(new ObjectName(record.Namespace, record.Claim!)));
    }

    private static RunMessage EmptyVolume(VolumeRecord record) => new(
        record.About, $"The backup holds no data of this claim ({record.Explanation ?? record.Reason.ToString()}), so it gets a new, empty volume.");

    private static IEnumerable<RunMessage> Unwritable(RestorePlanInput input, IReadOnlyCollection<PlannedItem> items)
    {
        var used = items.Select(item => item.Line.Namespace).ToHashSet();
        return input.Spec.RestorePVs == false
            ? []
            : input.Volumes.Where(record => record is { Claim: null, HasData: true } && used.Contains(record.Namespace)).Select(record => new RunMessage(
                record.About,
                $"The backup holds the files of this pod volume (snapshot {record.SnapshotId} in {record.Repository}), but it is on no claim, so there is nothing to write them into before the pod starts. Take them out with backupctl repository restore, or set restorePVs to false if they are not needed."));
    }
}
