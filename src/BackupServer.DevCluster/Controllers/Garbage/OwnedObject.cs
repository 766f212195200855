namespace BackupServer.DevCluster.Controllers.Garbage;

/// <summary>What the collector remembers of an object: where it is and who owns it.</summary>
internal sealed record OwnedObject(string Resource, ObjectKey Key, string Uid, IReadOnlyList<OwnerReference> Owners);
