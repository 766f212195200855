using BackupServer.Repository.Files;
using BackupServer.Repository.Nodes;

namespace BackupServer.Repository.Tests.Files;

public sealed class PathPatternsTests
{
    [Theory]
    [InlineData(true, "/a/b.tmp", "*.tmp")]
    [InlineData(false, "/a/keep.tmp", "*.tmp", "!keep.tmp")]
    [InlineData(true, "/a/keep.tmp", "*.tmp", "!keep.tmp", "keep*")]
    [InlineData(false, "/a/b", "!a")]
    [InlineData(true, "/a/b/c", "a", "!nothing")]
    [InlineData(false, "/a/b.TMP", "*.tmp")]
    [InlineData(false, "/a", "")]
    public void The_last_pattern_that_matches_decides(bool meant, string path, params string[] patterns) =>
        Assert.Equal(meant, new PathPatterns(patterns.Where(static pattern => pattern.Length > 0)).IsMatch([.. new RawName(path).Split()]));

    [Theory]
    [InlineData(true, "/A/b.TMP", "*.Tmp")]
    [InlineData(true, "/ÄÖ/x", "äö")]
    [InlineData(false, "/a/KEEP.tmp", "*.tmp", "!keep.*")]
    public void Case_can_be_ignored(bool meant, string path, params string[] patterns) =>
        Assert.Equal(meant, new PathPatterns(patterns, ignoreCase: true).IsMatch([.. new RawName(path).Split()]));

    [Fact]
    public void Bytes_that_are_no_text_are_compared_as_they_are()
    {
        RawName[] path = [new RawName([0xFF, (byte)'A'])];

        Assert.True(new PathPatterns(["?A"], ignoreCase: false).IsMatch(path));
        Assert.False(new PathPatterns(["?A"], ignoreCase: true).IsMatch(path));
    }
}
