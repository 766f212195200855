using System.Runtime.InteropServices;

namespace BackupServer.Repository.Indexing;

/// <summary>What the index keeps of each blob: 40 bytes, of which there are many millions. Pack, type and length follow from the <see cref="EntryRun"/> it is in.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct StoredEntry(ObjectId id, uint offset, uint uncompressedLength)
{
    public readonly ObjectId Id = id;
    public readonly uint Offset = offset;
    public readonly uint UncompressedLength = uncompressedLength;
}
