using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Tests.Nodes;

public sealed class TreeVectorTests
{
    [Fact]
    public void Every_tree_that_restic_wrote_is_encoded_again_with_the_same_bytes()
    {
        string[] files = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "data", "restic-trees"), "tree-*.json");

        Assert.True(files.Length >= 15, $"{files.Length} vectors");
        foreach (string file in files)
        {
            byte[] original = File.ReadAllBytes(file);
            ObjectId id = ObjectId.Parse(Path.GetFileNameWithoutExtension(file).AsSpan("tree-".Length));

            byte[] encoded = TreeCodec.Encode(TreeCodec.Decode(original));

            Assert.Equal(System.Text.Encoding.UTF8.GetString(original), System.Text.Encoding.UTF8.GetString(encoded));
            Assert.Equal(id, ObjectId.Of(encoded));
        }
    }

    [Fact]
    public void The_awkward_names_of_the_vectors_are_read_as_their_raw_bytes()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "data", "restic-trees");
        HashSet<RawName> names = [.. Directory.GetFiles(folder).SelectMany(file => TreeCodec.Decode(File.ReadAllBytes(file))).Select(node => node.Name)];

        byte[][] expected =
        [
            "quote\".txt"u8.ToArray(), "back\\slash"u8.ToArray(), "new\nline"u8.ToArray(), "bell\a"u8.ToArray(), [.. "del"u8, 0x7F],
            [.. "bad"u8, 0xFF, 0xFE, .. "utf8"u8], [.. "trunc"u8, 0xE2, 0x82], "html<&>.txt"u8.ToArray(), "soft\u00adhyphen"u8.ToArray(),
            "zwsp\u200b"u8.ToArray(), "nbsp\u00a0"u8.ToArray(), "ls\u2028ps\u2029"u8.ToArray(), "bom\ufeff"u8.ToArray(), "repl\ufffd"u8.ToArray(),
            "plane-\U0010ffff"u8.ToArray(), [.. "surrogate"u8, 0xED, 0xA0, 0x80], [.. Enumerable.Repeat((byte)'x', 255)],
        ];

        Assert.All(expected, name => Assert.Contains(new RawName(name), names));
    }
}
