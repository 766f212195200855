using BackupServer.Repository.Files;
using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Tests.Files;

public sealed class PathGlobTests
{
    [Theory]
    [InlineData("*.tmp", "a/b/c.tmp", true)]
    [InlineData("*.tmp", "c.tmp/below/it", true)]
    [InlineData("*.tmp", "c.tmpx", false)]
    [InlineData("/a/*", "a/b", true)]
    [InlineData("/a/*", "b/a/b", false)]
    [InlineData("a/b", "x/a/b", true)]
    [InlineData("a/**/z", "a/z", true)]
    [InlineData("a/**/z", "x/a/b/c/z", true)]
    [InlineData("a/**/z", "a/b", false)]
    [InlineData("?.txt", "\u00e4.txt", true)]
    [InlineData("?.txt", "ab.txt", false)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[!a-c]x", "bx", false)]
    [InlineData("\\*", "*", true)]
    [InlineData("\\*", "a", false)]
    [InlineData("*a*b*c", "xxaxxbxxc", true)]
    [InlineData("*a*b*c", "xxaxxcxxb", false)]
    public void Patterns_match_as_described(string pattern, string path, bool expected) =>
        Assert.Equal(expected, PathGlob.Parse(pattern).IsMatch([.. new RawName(path).Split()]));

    [Fact]
    public void A_pattern_of_many_stars_does_not_take_forever()
    {
        PathGlob glob = PathGlob.Parse(string.Concat(Enumerable.Repeat("*a", 100)) + "b");

        Assert.False(glob.IsMatch([new RawName(new string('a', 255))]));
    }

    [Theory]
    [InlineData("/a/b", "a", true)]
    [InlineData("/a/b", "c", false)]
    [InlineData("b", "anywhere/at/all", true)]
    public void A_walk_enters_what_could_hold_a_match(string pattern, string directory, bool expected) =>
        Assert.Equal(expected, PathGlob.Parse(pattern).CouldMatchBelow([.. new RawName(directory).Split()]));

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("a[b")]
    public void A_pattern_that_cannot_be_meant_is_refused(string pattern) => Assert.Throws<FormatException>(() => PathGlob.Parse(pattern));
}
