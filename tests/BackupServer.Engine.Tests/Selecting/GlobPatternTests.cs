using BackupServer.Engine.Selecting;
using FsCheck;
using FsCheck.Fluent;

namespace BackupServer.Engine.Tests.Selecting;

public sealed class GlobPatternTests
{
    [Theory]
    [InlineData("shop", "shop", true)]
    [InlineData("shop", "shop-2", false)]
    [InlineData("*", "anything", true)]
    [InlineData("app-*", "app-", true)]
    [InlineData("*-prod", "app-prod", true)]
    [InlineData("*-prod", "app-prod-2", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData("n[0-3]", "n2", true)]
    [InlineData("n[0-3]", "n4", false)]
    [InlineData("n[!0-3]", "n4", true)]
    [InlineData("{dev,test}-*", "test-1", true)]
    [InlineData("{dev,test}-*", "prod-1", false)]
    [InlineData("{a,b{c,d}}", "bd", true)]
    [InlineData("a.b", "axb", false)]
    public void Pattern_matches_whole_names(string pattern, string name, bool matches) =>
        Assert.Equal(matches, GlobPattern.Parse(pattern).Matches(name));

    [Theory]
    [InlineData("a[")]
    [InlineData("a[]")]
    [InlineData("a]")]
    [InlineData("{a,b")]
    [InlineData("a}")]
    [InlineData("[z-a]")]
    public void Malformed_pattern_is_refused_with_the_pattern_in_the_message(string pattern)
    {
        var error = Assert.Throws<FormatException>(() => GlobPattern.Parse(pattern));

        Assert.Contains(pattern, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_text_is_either_refused_as_a_format_or_usable() => Prop.ForAll<NonNull<string>, NonNull<string>>((pattern, name) =>
    {
        try
        {
            GlobPattern.Parse(pattern.Get).Matches(name.Get);
        }
        catch (FormatException e)
        {
            Assert.Contains(pattern.Get, e.Message, StringComparison.Ordinal);
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Names_of_kubernetes_match_themselves_and_a_star_around_any_part() => Prop.ForAll(
        Gen.Elements("abcdefghijklmnopqrstuvwxyz0123456789-.".ToCharArray()).NonEmptyListOf().Select(chars => new string([.. chars])).ToArbitrary(),
        Gen.Choose(0, 1000).ToArbitrary(),
        (name, cut) => GlobPattern.Parse(name).Matches(name) && GlobPattern.Parse($"{name[..(cut % name.Length)]}*").Matches(name)).QuickCheckThrowOnFailure();
}
