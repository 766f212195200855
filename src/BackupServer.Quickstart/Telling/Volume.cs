using BackupServer.Abstractions.Objects;

namespace BackupServer.Quickstart.Telling;

/// <summary>A claim of the application and where its files are.</summary>
/// <param name="Claim">Namespace and name of the claim.</param>
/// <param name="Directory">Its directory on this machine.</param>
internal sealed record Volume(ObjectName Claim, string Directory);
