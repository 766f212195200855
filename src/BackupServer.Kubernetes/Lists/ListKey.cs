using System.Text;
using BackupServer.Abstractions.Objects;

namespace BackupServer.Kubernetes.Lists;

/// <summary>
/// The place of an object in a list. The server's store is ordered by the bytes of <c>namespace/name</c>, which is
/// not the order of the pairs: <c>a-b/x</c> comes before <c>a/x</c>, because <c>-</c> is less than <c>/</c>.
/// </summary>
internal readonly record struct ListKey(string Path)
{
    public static ListKey Of(ObjectName name) => new(name.Namespace.Length == 0 ? name.Name : $"{name.Namespace}/{name.Name}");

    public bool IsAfter(ListKey other)
    {
        if (Ascii.IsValid(Path) && Ascii.IsValid(other.Path))
        {
            return string.CompareOrdinal(Path, other.Path) > 0;
        }

        return Encoding.UTF8.GetBytes(Path).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(other.Path)) > 0;
    }
}
