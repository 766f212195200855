using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Archives;

namespace BackupServer.Engine.Tests.Archives;

public sealed class ChunkBoundaryTests
{
    [Theory]
    [InlineData(1_000)]
    [InlineData(4_000)]
    [InlineData(60_000)]
    public void Chunks_have_about_the_target_length(int length)
    {
        const int Count = 20_000;

        var cuts = Enumerable.Range(0, Count).Count(i => ChunkBoundary.Follows(Reference(i), length));

        Assert.InRange((double)Count * length / cuts, ChunkBoundary.Target * 0.4, ChunkBoundary.Target * 1.3);
    }

    [Fact]
    public void Boundary_does_not_move_when_an_object_grows_a_little() => Assert.All(
        Enumerable.Range(0, 1000), i => Assert.Equal(ChunkBoundary.Follows(Reference(i), 3000), ChunkBoundary.Follows(Reference(i), 3100)));

    [Fact]
    public void Object_as_long_as_a_chunk_ends_one() => Assert.True(ChunkBoundary.Follows(Reference(1), ChunkBoundary.Target));

    private static ObjectReference Reference(int i) => new(new GroupResource("", "configmaps"), new ObjectName("ns", $"name-{i}"));
}
