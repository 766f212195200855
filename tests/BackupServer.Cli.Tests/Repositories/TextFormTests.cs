using BackupServer.Cli.Repositories;

namespace BackupServer.Cli.Tests.Repositories;

public sealed class TextFormTests
{
    [Theory]
    [InlineData("500", 500)]
    [InlineData("1k", 1024)]
    [InlineData("64M", 64L << 20)]
    [InlineData("2.5G", 2684354560)]
    [InlineData("10GiB", 10L << 30)]
    [InlineData("1TB", 1L << 40)]
    [InlineData("0", 0)]
    public void Sizes_are_read(string text, long bytes)
    {
        Assert.True(ByteSizeOption.TryParse(text, out var read));
        Assert.Equal(bytes, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("k")]
    [InlineData("-1")]
    [InlineData("1x")]
    [InlineData("99999999999T")]
    public void What_is_no_size_is_refused(string text) => Assert.False(ByteSizeOption.TryParse(text, out _));

    [Theory]
    [InlineData("$HOME/x", "/me/x")]
    [InlineData("${HOME}x", "/mex")]
    [InlineData("a$$b", "a$b")]
    [InlineData("$NONE/x", "/x")]
    [InlineData("100$", "100$")]
    [InlineData("$/x", "$/x")]
    public void Variables_of_patterns_are_replaced(string line, string expanded) =>
        Assert.Equal(expanded, PatternFile.Expand(line, static name => name == "HOME" ? "/me" : null));
}
