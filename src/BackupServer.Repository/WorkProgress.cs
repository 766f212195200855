namespace BackupServer.Repository;

/// <summary>How far a check or a prune is.</summary>
/// <param name="Stage">What is being done, in a word or two.</param>
/// <param name="Done">Units that are done.</param>
/// <param name="Total">All units; 0 when nobody knows.</param>
/// <param name="Unit">What is counted, in the plural.</param>
/// <param name="Bytes">Bytes that were read for it; 0 where that says nothing.</param>
public readonly record struct WorkProgress(string Stage, long Done, long Total, string Unit, long Bytes = 0);
