using BackupServer.Repository.Crypto;

namespace BackupServer.Repository.Keys;

/// <summary>A key file that a password opened.</summary>
internal sealed record OpenedKey(ObjectId Id, MasterKey MasterKey);
