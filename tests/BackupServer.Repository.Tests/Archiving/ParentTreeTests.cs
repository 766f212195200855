using System.Text;
using BackupServer.Repository.Archiving;
using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Tests.Archiving;

public sealed class ParentTreeTests
{
    private static readonly Node[] Nodes =
    [
        File("a", 0),
        File("b\"},{\"name\":\"x\",\"type\":\"file", 1),
        File("c\\", 2) with { ExtendedAttributes = [new("user.one", new byte[3]), new("user.\"type\":", new byte[1]), new("user.two", default)] },
        new Node { Name = new RawName("d"), Type = NodeType.Directory, Subtree = ObjectId.Of("d"u8) },
        new Node { Name = new RawName("e"), Type = NodeType.Symlink, LinkTarget = new RawName("},{\"name\":\"f\",\"type\":") },
        File("ü", 3) with { ExtendedAttributes = [new("type", "value"u8.ToArray())] },
        new Node { Name = new RawName([0xFF, 0x0A]), Type = NodeType.Fifo },
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_node_is_found_by_its_name_in_whatever_form_the_tree_is(bool foreign)
    {
        ParentTree tree = new(foreign ? Foreign(TreeCodec.Encode(Nodes)) : TreeCodec.Encode(Nodes));

        foreach (Node node in Nodes)
        {
            Node found = tree.Find(node.Name).ToNode()!;

            Assert.Equal(TreeCodec.Encode([node]), TreeCodec.Encode([found]));
        }

        Assert.Null(tree.Find(new RawName([0xFF, 0xFF])).ToNode());
    }

    [Fact]
    public void Names_that_the_parent_does_not_have_are_passed_over()
    {
        ParentTree tree = new(TreeCodec.Encode(Nodes));

        Assert.Null(tree.Find(new RawName("0")).ToNode());
        Assert.Equal("a", tree.Find(new RawName("a")).ToNode()!.Name.ToString());
        Assert.Null(tree.Find(new RawName("aa")).ToNode());
        Assert.Equal("e", tree.Find(new RawName("e")).ToNode()!.Name.ToString());
        Assert.Null(tree.Find(new RawName("z")).ToNode());
    }

    [Fact]
    public void A_tree_that_is_cut_off_gives_what_is_whole_and_never_fails()
    {
        byte[] whole = TreeCodec.Encode(Nodes);
        for (int length = 0; length < whole.Length; length++)
        {
            foreach (byte[] bytes in (byte[][])[whole[..length], [.. whole[..length], .. "}]}\n"u8]])
            {
                ParentTree tree = new(bytes);
                Assert.All(Nodes, node => Assert.True(tree.Find(node.Name).ToNode() is not { } found || found.Name == node.Name));
            }
        }
    }

    private static Node File(string name, int blobs) => new()
    {
        Name = new RawName(name),
        Type = NodeType.File,
        Mode = 0x1A4,
        ModifiedAt = new NodeTime(1, 5),
        Content = [.. Enumerable.Range(0, blobs).Select(i => ObjectId.Of([(byte)i]))],
    };

    // As another program could write it.
    private static byte[] Foreign(byte[] tree) => [.. Encoding.UTF8.GetBytes("{ \"nodes\" : "), .. tree.AsSpan("{\"nodes\":".Length)];
}
