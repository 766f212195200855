namespace BackupServer.Repository.Checking;

/// <summary>What a check found.</summary>
/// <param name="Problems">Everything that is wrong; empty if the repository is whole as far as it was looked at.</param>
/// <param name="Hints">What is untidy but harmless; a prune clears it up.</param>
/// <param name="Snapshots">Snapshots that were walked.</param>
/// <param name="Trees">Different trees that were read.</param>
/// <param name="Blobs">Entries of the index.</param>
/// <param name="Packs">Packs whose existence and size were compared.</param>
/// <param name="PacksRead">Packs that were read and proved byte by byte.</param>
/// <param name="BytesRead">Bytes of those.</param>
public sealed record CheckReport(
    IReadOnlyList<CheckProblem> Problems,
    IReadOnlyList<string> Hints,
    int Snapshots,
    int Trees,
    int Blobs,
    int Packs,
    int PacksRead,
    long BytesRead)
{
    /// <summary>Whether nothing is wrong.</summary>
    public bool IsClean => Problems.Count == 0;
}
