using BackupServer.Cli.Objects;

namespace BackupServer.Cli.Tests.Objects;

public sealed class LabelSelectorTextTests
{
    [Theory]
    [InlineData("app=web", "app=web")]
    [InlineData("app==web, tier = cache", "app=web,tier=cache")]
    [InlineData("a!=b", "a notin (b)")]
    [InlineData("a in (x, y),b notin (z)", "a in (x,y),b notin (z)")]
    [InlineData("here,!gone", "here,!gone")]
    [InlineData("empty=", "empty=")]
    public void Selectors_are_read_as_kubectl_does(string text, string read)
    {
        var selector = LabelSelectorText.Parse(text);

        Assert.Equal(read, LabelSelectorText.Format(selector));
        Assert.Equal(read, LabelSelectorText.Format(LabelSelectorText.Parse(read)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("=b")]
    [InlineData("a in ()")]
    [InlineData("a of (b)")]
    [InlineData("a,,b")]
    [InlineData("!")]
    public void What_is_no_selector_is_refused(string text) => Assert.Throws<FormatException>(() => LabelSelectorText.Parse(text));
}
