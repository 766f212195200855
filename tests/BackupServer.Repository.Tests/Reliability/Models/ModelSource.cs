using System.Text;
using BackupServer.Repository.Files;
using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Tests.Reliability.Models;

/// <summary>A directory on the disk and its model, changed in the same way at random: whatever people and programs do to files.</summary>
internal sealed class ModelSource(string root, Random random)
{
    private static readonly string[] Names = ["a", "b", "c d", "ünï", "quote\"", "back\\slash", "new\nline", "\u202e", "x.tmp", "%s", "-rf", "z"];
    private long _clock = 1_700_000_000;

    public ModelTree Tree { get; } = new();

    /// <summary>Makes one random change; those that cannot be made in this tree do nothing.</summary>
    public void Change()
    {
        switch (random.Next(14))
        {
            case 0 or 1 or 2: CreateFile(); break;
            case 3 or 4: Rewrite(); break;
            case 5: CreateDirectory(); break;
            case 6: Delete(); break;
            case 7: Rename(); break;
            case 8: HardLink(); break;
            case 9: Symlink(); break;
            case 10: Permissions(); break;
            case 11: Attribute(); break;
            case 12: Fifo(); break;
            default: RewriteBehindTheBack(); break;
        }
    }

    private string Full(string path) => Path.Combine(root, path);

    private string? Pick(NodeType type) => Tree.PathsOf(type) is { Count: > 0 } paths ? paths[random.Next(paths.Count)] : null;

    /// <summary>A free path in a random directory.</summary>
    private string? NewPath()
    {
        string? directory = random.Next(3) == 0 ? null : Pick(NodeType.Directory);
        string name = Names[random.Next(Names.Length)] + (random.Next(3) == 0 ? random.Next(9).ToString(System.Globalization.CultureInfo.InvariantCulture) : "");
        string path = directory is null ? name : $"{directory}/{name}";
        return Tree.Entries.ContainsKey(path) || path.Count(static c => c == '/') > 5 ? null : path;
    }

    private byte[] Content()
    {
        byte[] content = new byte[random.Next(6) switch { 0 => 0, 1 => random.Next(1_500_000), _ => random.Next(5000) }];
        if (random.Next(3) > 0)
        {
            random.NextBytes(content);
        }

        return content;
    }

    private void CreateFile()
    {
        if (NewPath() is { } path)
        {
            ModelEntry entry = new(NodeType.File) { Content = Content() };
            Tree.Entries.Add(path, entry);
            Write(path, entry);
        }
    }

    private void Rewrite()
    {
        if (Pick(NodeType.File) is { } path)
        {
            ModelEntry entry = Tree.Entries[path];
            entry.Content = random.Next(4) switch
            {
                0 => Content(),
                1 => [.. entry.Content, .. Content()],
                2 => entry.Content[..random.Next(entry.Content.Length + 1)],
                _ => Patched(entry.Content),
            };
            entry.Content = entry.Content[..Math.Min(entry.Content.Length, 3_000_000)];
            Write(path, entry);
        }
    }

    /// <summary>Other content of the same length and the same modification time: only ctime tells.</summary>
    private void RewriteBehindTheBack()
    {
        if (Pick(NodeType.File) is { } path && Tree.Entries[path] is { Content.Length: > 0 } entry)
        {
            NodeTime before = entry.ModifiedAt;
            entry.Content = Patched(entry.Content);
            Write(path, entry);
            entry.ModifiedAt = before;
            SetTime(path, before);
        }
    }

    private byte[] Patched(byte[] content)
    {
        byte[] patched = [.. content];
        for (int i = 0; i < 3 && patched.Length > 0; i++)
        {
            patched[random.Next(patched.Length)] ^= (byte)random.Next(1, 256);
        }

        return patched;
    }

    private void CreateDirectory()
    {
        if (NewPath() is { } path)
        {
            Tree.Entries.Add(path, new ModelEntry(NodeType.Directory) { Permissions = 0x1ED });
            Directory.CreateDirectory(Full(path), (UnixFileMode)0x1ED);
            File.SetUnixFileMode(Full(path), (UnixFileMode)0x1ED);
        }
    }

    private void Delete()
    {
        if (Tree.Entries.Count > 25 || random.Next(3) == 0)
        {
            string? path = random.Next(6) == 0 ? Pick(NodeType.Directory) : Pick(NodeType.File) ?? Pick(NodeType.Symlink);
            if (path is not null)
            {
                Remove(path);
            }
        }
    }

    private void Remove(string path)
    {
        if (Tree.Entries[path].Type == NodeType.Directory)
        {
            Directory.Delete(Full(path), recursive: true);
        }
        else
        {
            File.Delete(Full(path));
        }

        foreach (string below in (string[])[path, .. Tree.Below(path)])
        {
            Tree.Entries.Remove(below);
        }
    }

    private void Rename()
    {
        string? from = random.Next(2) == 0 ? Pick(NodeType.Directory) : Pick(NodeType.File);
        if (from is null || NewPath() is not { } to || to.StartsWith(from + "/", StringComparison.Ordinal))
        {
            return;
        }

        (Tree.Entries[from].Type == NodeType.Directory ? (Action<string, string>)Directory.Move : File.Move)(Full(from), Full(to));
        foreach (string path in (string[])[from, .. Tree.Below(from)])
        {
            Tree.Entries.Remove(path, out ModelEntry? entry);
            Tree.Entries.Add(to + path[from.Length..], entry!);
        }
    }

    private void HardLink()
    {
        if (Pick(NodeType.File) is { } existing && NewPath() is { } path)
        {
            Tree.Entries.Add(path, Tree.Entries[existing]);
            using DirectoryHandle directory = DirectoryHandle.Open(root);
            directory.CreateHardLink(new RawName(path), directory, new RawName(existing));
        }
    }

    private void Symlink()
    {
        if (NewPath() is { } path)
        {
            string target = random.Next(2) == 0 ? "../nowhere" : Pick(NodeType.File) ?? "/etc/passwd";
            Tree.Entries.Add(path, new ModelEntry(NodeType.Symlink) { Target = target });
            File.CreateSymbolicLink(Full(path), target);
        }
    }

    private void Fifo()
    {
        if (Tree.PathsOf(NodeType.Fifo).Count < 3 && NewPath() is { } path)
        {
            ModelEntry entry = new(NodeType.Fifo) { Permissions = 0x180, ModifiedAt = new NodeTime(_clock++, 5) };
            Tree.Entries.Add(path, entry);
            using DirectoryHandle directory = DirectoryHandle.Open(root);
            directory.CreateSpecial(new RawName(path), NodeType.Fifo, 0);
            directory.SetPermissions(new RawName(path), 0x180);
            SetTime(path, entry.ModifiedAt);
        }
    }

    private void Permissions()
    {
        if (Pick(random.Next(3) == 0 ? NodeType.Directory : NodeType.File) is { } path)
        {
            // The owner always keeps what a user without privileges needs to go on.
            Tree.Entries[path].Permissions = (Tree.Entries[path].Type == NodeType.Directory ? 0x1C0u : 0x180u) | (uint)random.Next(64);
            File.SetUnixFileMode(Full(path), (UnixFileMode)Tree.Entries[path].Permissions);
        }
    }

    private void Attribute()
    {
        if (Pick(NodeType.File) is { } path)
        {
            string value = $"value {random.Next(5)}";
            Tree.Entries[path].Attribute = value;
            using DirectoryHandle directory = DirectoryHandle.Open(root);
            directory.SetAttribute(new RawName(path), new ExtendedAttribute("user.model", Encoding.UTF8.GetBytes(value)));
        }
    }

    private void Write(string path, ModelEntry entry)
    {
        using (FileStream file = File.Open(Full(path), FileMode.OpenOrCreate, FileAccess.Write))
        {
            file.SetLength(0);
            if (entry.Content.AsSpan().ContainsAnyExcept((byte)0))
            {
                file.Write(entry.Content);
            }
            else
            {
                file.SetLength(entry.Content.Length);
            }
        }

        File.SetUnixFileMode(Full(path), (UnixFileMode)entry.Permissions);
        entry.ModifiedAt = new NodeTime(_clock++, random.Next(1_000_000_000));
        SetTime(path, entry.ModifiedAt);
    }

    private void SetTime(string path, NodeTime time)
    {
        using DirectoryHandle directory = DirectoryHandle.Open(root);
        directory.SetTimes(new RawName(path), time, time);
    }
}
