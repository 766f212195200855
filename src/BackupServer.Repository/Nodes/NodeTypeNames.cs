namespace BackupServer.Repository.Nodes;

/// <summary>The format's words for node types.</summary>
internal static class NodeTypeNames
{
    private static readonly string[] Names = ["file", "dir", "symlink", "dev", "chardev", "fifo", "socket", "irregular"];

    private static readonly byte[][] Utf8Names = [.. Names.Select(System.Text.Encoding.ASCII.GetBytes)];

    public static string Of(NodeType type) => Names[(int)type];

    public static ReadOnlySpan<byte> Utf8Of(NodeType type) => Utf8Names[(int)type];

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
