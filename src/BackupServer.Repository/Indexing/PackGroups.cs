namespace BackupServer.Repository.Indexing;

/// <summary>Entries of an index by pack.</summary>
/// <param name="starts">Per pack, where its ordinals begin; one more at the end.</param>
/// <param name="ordinals">Ordinals of entries.</param>
internal sealed class PackGroups(int[] starts, int[] ordinals)
{
    public int PackCount => starts.Length - 1;

    public ReadOnlySpan<int> Entries(int pack) => ordinals.AsSpan(starts[pack]..starts[pack + 1]);
}
