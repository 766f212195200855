using System.Text;
using BackupServer.Kubernetes.Lists;
using BackupServer.Kubernetes.Tests.Servers;
using FsCheck;
using FsCheck.Fluent;
using static BackupServer.Kubernetes.Tests.Servers.Resources;

namespace BackupServer.Kubernetes.Tests.Lists;

public sealed class ListPageReaderTests
{
    private const string Document = """
        {"kind" : "ThingList","apiVersion":"example.com/v1","metadata":{"resourceVersion":"12","selfLink":"","continue":"c\u00f6n","remainingItemCount":3,
        "extra":{"continue":"not this","items":[{"no":1}]}},"other":[[{"items":[]}]],"items":[
          {"metadata":{"name":"a","labels":{"kind":"x","{}[],\"":"}"}},"items":[{"kind":"Inner"}]},
          { "kind":"Other", "apiVersion":"v9", "metadata":{"name":"b"},"deep":[[[{"a":{"b":[1,2,{"c":"\\\"}"}]}}]]] },{},
          {"apiVersion":"example.com/v1","metadata":{"name":"ünïcode 🎉"},"n":-1.5e300,"t":true,"f":false,"z":null}
        ] }
        """;

    [Fact]
    public async Task A_list_split_at_every_byte_gives_the_same_objects()
    {
        var document = Encoding.UTF8.GetBytes(Document);
        var whole = await ReadAsync(document, []);
        Assert.Equal(4, whole.Count);
        Assert.StartsWith("""{"apiVersion":"example.com/v1","kind":"Thing","metadata":{"name":"a",""", whole[0]);
        Assert.StartsWith("""{ "kind":"Other",""", whole[1]);
        Assert.Equal("""{"apiVersion":"example.com/v1","kind":"Thing"}""", whole[2]);

        for (var split = 1; split < document.Length; split++)
        {
            Assert.Equal(whole, await ReadAsync(document, [split]));
        }

        Assert.Equal(whole, await ReadAsync(document, Enumerable.Range(1, document.Length - 1)));
    }

    [Fact]
    public void Lists_split_at_random_borders_give_the_same_objects()
    {
        var sizes = Gen.Choose(0, 200_000).ArrayOf(4);
        var splits = Gen.Choose(1, 400_000).ArrayOf(6);

        Prop.ForAll(sizes.Zip(splits, (s, p) => (Sizes: s, Splits: p)).ToArbitrary(), sample =>
        {
            var items = sample.Sizes.Select((size, i) => $$$"""{"metadata":{"name":"n{{{i}}}"},"data":{"k":"{{{new string('é', size / 2)}}}"}}""").ToArray();
            var document = Encoding.UTF8.GetBytes(List("1", "", items));
            var read = ReadAsync(document, sample.Splits).GetAwaiter().GetResult();
            return read.SequenceEqual(items.Select(item => """{"apiVersion":"example.com/v1","kind":"ConfigMap",""" + item[1..]));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));
    }

    [Fact]
    public async Task A_kind_that_comes_behind_the_items_is_waited_for()
    {
        var read = await ReadAsync("""{"items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"}}],"kind":"ThingList"}"""u8.ToArray(), [10, 20, 50]);

        Assert.Equal(
            ["""{"apiVersion":"example.com/v1","kind":"Thing","metadata":{"name":"a"}}""", """{"apiVersion":"example.com/v1","kind":"Thing","metadata":{"name":"b"}}"""], read);
    }

    [Fact]
    public async Task Items_null_is_an_empty_list()
    {
        Assert.Empty(await ReadAsync("""{"kind":"ThingList","metadata":{"resourceVersion":"1"},"items":null}"""u8.ToArray(), []));
    }

    [Fact]
    public async Task Metadata_of_the_list_is_read_and_that_of_its_items_is_not()
    {
        using var page = Page(new MemoryStream(Encoding.UTF8.GetBytes(Document)));

        while (await page.ReadAsync(TestContext.Current.CancellationToken) is not null)
        {
            Assert.Equal("12", page.ResourceVersion);
        }

        Assert.Equal(("12", "cön", 3L), (page.ResourceVersion, page.Continue, page.Remaining));
    }

    private static ListPageReader Page(Stream stream) => new(new JsonInput(stream, TimeSpan.FromSeconds(10), TimeProvider.System), "example.com/v1");

    private static async Task<List<string>> ReadAsync(byte[] document, IEnumerable<int> splits)
    {
        using var page = Page(new SplitStream(document, splits));
        var items = new List<string>();
        while (await page.ReadAsync(TestContext.Current.CancellationToken) is { } item)
        {
            items.Add(Encoding.UTF8.GetString(item.Utf8.Span));
        }

        return items;
    }
}
