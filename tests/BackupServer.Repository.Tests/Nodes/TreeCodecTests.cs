using System.Text;
using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Tests.Nodes;

public sealed class TreeCodecTests
{
    [Fact]
    public void An_empty_tree_has_the_known_bytes() => Assert.Equal("{\"nodes\":[]}\n", Encoding.UTF8.GetString(TreeCodec.Encode([])));

    [Fact]
    public void All_members_survive_encoding_and_decoding()
    {
        Random random = new(3);
        for (int round = 0; round < 500; round++)
        {
            List<Node> nodes = [.. Enumerable.Range(0, random.Next(6)).Select(_ => RandomNode(random)).DistinctBy(n => n.Name).OrderBy(n => n.Name)];

            byte[] tree = TreeCodec.Encode(nodes);
            IReadOnlyList<Node> decoded = TreeCodec.Decode(tree);

            Assert.Equal(nodes.Select(n => n.Name), decoded.Select(n => n.Name));
            Assert.Equal(tree, TreeCodec.Encode(decoded));
            foreach ((Node expected, Node actual) in nodes.Zip(decoded))
            {
                Assert.Equal(expected.Content, actual.Content);
                Assert.Equal(expected.LinkTarget, actual.LinkTarget);
                Assert.Equal((expected.Inode, expected.DeviceId, expected.Size, expected.Device), (actual.Inode, actual.DeviceId, actual.Size, actual.Device));
                Assert.Equal(expected.ExtendedAttributes.Select(a => a.Name), actual.ExtendedAttributes.Select(a => a.Name));
                Assert.Equal(expected.ExtendedAttributes.Select(a => a.Value.ToArray()), actual.ExtendedAttributes.Select(a => a.Value.ToArray()));
            }
        }
    }

    [Fact]
    public void A_tree_of_another_writer_in_loose_form_is_read()
    {
        string tree = """
            { "version": {"x":[1,2]}, "nodes" : [ {"type":"file","name":"b","mode":420,"unknown":{"a":[{}]},"content":null,"extended_attributes":null},
              {"name":"a","type":"dir","subtree":"0000000000000000000000000000000000000000000000000000000000000001"} ], "more": [] }
            """;

        IReadOnlyList<Node> nodes = TreeCodec.Decode(Encoding.UTF8.GetBytes(tree));

        Assert.Equal(["b", "a"], nodes.Select(node => node.Name.ToString()));
        Assert.Null(nodes[0].Content);
        Assert.NotNull(nodes[1].Subtree);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"nodes\":5}")]
    [InlineData("{\"nodes\":[5]}")]
    [InlineData("{\"nodes\":[{\"name\":\"a\"}]}")]
    [InlineData("{\"nodes\":[{\"type\":\"file\"}]}")]
    [InlineData("{\"nodes\":[{\"name\":\"a\",\"type\":\"ghost\"}]}")]
    [InlineData("{\"nodes\":[{\"name\":\"a\\\\q\",\"type\":\"file\"}]}")]
    [InlineData("{\"nodes\":[{\"name\":\"a\",\"type\":\"file\",\"uid\":-1}]}")]
    [InlineData("{\"nodes\":[{\"name\":\"a\",\"type\":\"file\",\"content\":[\"12\"]}]}")]
    [InlineData("{\"nodes\":[{\"name\":\"a\",\"type\":\"file\",\"mtime\":\"yesterday\"}]}")]
    [InlineData("{\"nodes\":[{\"name\":\"a\",\"type\":\"file\"}")]
    public void What_is_not_a_tree_is_refused_with_the_place(string tree)
    {
        TreeFormatException error = Assert.Throws<TreeFormatException>(() => TreeCodec.Decode(Encoding.UTF8.GetBytes(tree)));

        Assert.Contains("byte", error.Message);
    }

    [Fact]
    public void Nodes_out_of_order_are_not_written()
    {
        Node a = new() { Name = new RawName("a"), Type = NodeType.File, Content = [] };
        Node b = a with { Name = new RawName("b") };

        Assert.Throws<InvalidOperationException>(() => TreeCodec.Encode([b, a]));
        Assert.Throws<InvalidOperationException>(() => TreeCodec.Encode([a, a]));
    }

    [Fact]
    public void A_link_target_that_is_not_UTF8_keeps_its_bytes()
    {
        Node link = new() { Name = new RawName("l"), Type = NodeType.Symlink, LinkTarget = new RawName([0x61, 0xFF, 0xFE]) };

        byte[] tree = TreeCodec.Encode([link]);

        Assert.Contains("\"linktarget\":\"a\\ufffd\\ufffd\",\"linktarget_raw\":\"Yf/+\"", Encoding.UTF8.GetString(tree));
        Assert.Equal(link.LinkTarget, Assert.Single(TreeCodec.Decode(tree)).LinkTarget);
    }

    private static Node RandomNode(Random random)
    {
        byte[] name = new byte[random.Next(1, 30)];
        random.NextBytes(name);
        byte[] target = new byte[random.Next(20)];
        random.NextBytes(target);
        NodeType type = (NodeType)random.Next(7);
        return new Node
        {
            Name = new RawName(name),
            Type = type,
            Mode = (uint)random.NextInt64(uint.MaxValue),
            ModifiedAt = new NodeTime(random.NextInt64(-60_000_000_000, 250_000_000_000), random.Next(1_000_000_000)),
            Inode = (ulong)random.NextInt64() * 2,
            DeviceId = ulong.MaxValue,
            Size = (ulong)random.NextInt64(),
            LinkTarget = new RawName(target),
            User = "a<b>&\u2028\u00e4",
            ExtendedAttributes = [.. Enumerable.Range(0, random.Next(3)).Select(i => new ExtendedAttribute($"user.{i}\"", target))],
            Device = (ulong)random.Next(3),
            Content = type == NodeType.File ? [.. Enumerable.Range(0, random.Next(3)).Select(_ => ObjectId.Of(name))] : null,
            Subtree = type == NodeType.Directory ? ObjectId.Of(target) : null,
        };
    }
}
