namespace BackupServer.Repository.Nodes;

/// <summary>The format's words for node types.</summary>
internal static class NodeTypeNames
{
    private static readonly string[] Names = ["file", "dir", "symlink", "dev", "chardev", "fifo", "socket", "irregular"];

    public static string Of(NodeType type) => Names[(int)type];

    /// <summary>The type of the word, or null for a word the format does not have.</summary>
    public static NodeType? Parse(ReadOnlySpan<byte> word)
    {
        for (int i = 0; i < Names.Length; i++)
        {
            if (System.Text.Ascii.Equals(word, Names[i]))
            {
                return (NodeType)i;
            }
        }

        return null;
    }
}
