using System.Text;
using BackupServer.Repository.Files;
using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Tests.Reliability.Models;

/// <summary>A file tree in memory. It can be read from a disk with nothing but system calls, so that it does not believe the engine.</summary>
internal sealed class ModelTree
{
    private static readonly RawName Itself = new(".");

    /// <summary>Entries by path, with slashes between names and none in front.</summary>
    public SortedDictionary<string, ModelEntry> Entries { get; } = new(StringComparer.Ordinal);

    public List<string> PathsOf(NodeType type) => [.. Entries.Where(entry => entry.Value.Type == type).Select(static entry => entry.Key)];

    public IEnumerable<string> Below(string directory) => Entries.Keys.Where(path => path.StartsWith(directory + "/", StringComparison.Ordinal));

    /// <summary>A copy that later changes do not reach; hard links stay hard links.</summary>
    public ModelTree Clone()
    {
        Dictionary<ModelEntry, ModelEntry> clones = new(ReferenceEqualityComparer.Instance);
        ModelTree tree = new();
        foreach ((string path, ModelEntry entry) in Entries)
        {
            if (!clones.TryGetValue(entry, out ModelEntry? clone))
            {
                clones.Add(entry, clone = entry.Clone());
            }

            tree.Entries.Add(path, clone);
        }

        return tree;
    }

    /// <summary>One line for each entry; names of the same file say so.</summary>
    public string Describe()
    {
        Dictionary<ModelEntry, string> first = new(ReferenceEqualityComparer.Instance);
        StringBuilder text = new();
        foreach ((string path, ModelEntry entry) in Entries)
        {
            text.Append(path).Append(": ").Append(entry);
            if (!first.TryAdd(entry, path))
            {
                text.Append(" = ").Append(first[entry]);
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    public static ModelTree Read(string root)
    {
        ModelTree tree = new();
        using DirectoryHandle directory = DirectoryHandle.Open(root);
        tree.Read(directory, "", []);
        return tree;
    }

    private void Read(DirectoryHandle directory, string prefix, Dictionary<ulong, ModelEntry> byInode)
    {
        foreach (DirectoryEntry listed in directory.List())
        {
            FileStatus status = directory.Stat(listed.Name);
            string path = prefix + Encoding.UTF8.GetString(listed.Name.Span);
            if (status.Links > 1 && status.Type == NodeType.File && byInode.TryGetValue(status.Inode, out ModelEntry? known))
            {
                Entries.Add(path, known);
                continue;
            }

            ModelEntry entry = new(status.Type) { Permissions = status.Permissions, ModifiedAt = status.ModifiedAt.ToUtc() };
            byInode[status.Inode] = entry;
            Entries.Add(path, entry);
            if (status.Type == NodeType.Directory)
            {
                using DirectoryHandle below = directory.OpenDirectory(listed.Name);
                Read(below, path + "/", byInode);
            }
            else if (status.Type == NodeType.Symlink)
            {
                entry.Target = Encoding.UTF8.GetString(directory.ReadLink(listed.Name).Span);
            }
            else if (status.Type == NodeType.File)
            {
                entry.Content = ReadContent(directory, listed.Name, (int)status.Size);
                entry.Attribute = directory.ReadAttributes(listed.Name) is [{ } attribute, ..] ? Encoding.UTF8.GetString(attribute.Value.Span) : null;
            }
        }
    }

    private static byte[] ReadContent(DirectoryHandle directory, RawName name, int size)
    {
        using FileHandle file = directory.OpenToRead(name);
        byte[] content = new byte[size];
        Assert.Equal(size, file.Read(content, 0));
        Assert.NotEqual(Itself, name);
        return content;
    }
}
