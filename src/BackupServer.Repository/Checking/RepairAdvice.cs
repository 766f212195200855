namespace BackupServer.Repository.Checking;

/// <summary>What repairs a problem: the command, and what of the harmed is then lost.</summary>
internal static class RepairAdvice
{
    /// <summary>The advice for a class of problems.</summary>
    public static string For(CheckProblemKind kind) => kind switch
    {
        CheckProblemKind.IndexDamaged => "'repair index' writes the index anew from the packs; nothing is lost",
        CheckProblemKind.SnapshotDamaged => "bring the file back from a copy of the repository, or remove it with 'forget' and its id: the snapshot is lost",
        CheckProblemKind.PackMissing => "bring the pack back from a copy; otherwise 'repair index', then 'repair snapshots --forget' leaves out what is lost",
        CheckProblemKind.PackSize => "'repair index'; if that cannot read the pack's header, 'repair packs' with its id, then 'repair snapshots --forget'",
        CheckProblemKind.PackDamaged => "'repair packs' with the pack's id saves what is intact; if it and the index differ only about what is in it, 'repair index --read-all-packs'",
        CheckProblemKind.BlobDamaged => "'repair packs' with the pack's id saves the other blobs; a backup of the same files stores the lost ones again, otherwise 'repair snapshots --forget' leaves them out",
        CheckProblemKind.BlobMissing => "'repair index --read-all-packs' finds it if a pack has it; a backup of the same files stores it again, otherwise 'repair snapshots --forget' leaves it out",
        CheckProblemKind.TreeInvalid => "'repair snapshots --forget' leaves out what is not valid",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
