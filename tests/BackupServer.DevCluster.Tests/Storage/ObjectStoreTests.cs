using System.Text.Json.Nodes;
using BackupServer.DevCluster.Storage;

namespace BackupServer.DevCluster.Tests.Storage;

public sealed class ObjectStoreTests
{
    private const string Bucket = "configmaps";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Any_sequence_of_writes_lists_and_watches_like_a_plain_history(int seed)
    {
        var random = new Random(seed);
        var store = new ObjectStore(TimeProvider.System);
        var states = new List<SortedDictionary<(string, string), long>> { new(KeyOrder) };

        for (var i = 0; i < 2000; i++)
        {
            Write(store, random, states);
        }

        foreach (var revision in Enumerable.Range(0, 40).Select(_ => random.Next(1, states.Count)))
        {
            Assert.Equal(states[revision].Select(s => (s.Key, s.Value)), ListPages(store, revision, random.Next(1, 40)));
            Assert.Equal(states[^1].Select(s => (s.Key, s.Value)), Replay(store, states[revision], revision));
        }
    }

    [Fact]
    public void Compaction_keeps_the_present_and_refuses_the_past()
    {
        var random = new Random(7);
        var store = new ObjectStore(TimeProvider.System);
        var states = new List<SortedDictionary<(string, string), long>> { new(KeyOrder) };
        for (var i = 0; i < 500; i++)
        {
            Write(store, random, states);
        }

        store.Compact(300);

        Assert.Throws<RevisionGoneException>(() => store.List(Bucket, new ListRequest { Revision = 299 }));
        Assert.Throws<RevisionGoneException>(() => store.ReadEvents(Bucket, 299, 10, []));
        Assert.Equal(states[300].Select(s => (s.Key, s.Value)), ListPages(store, 300, 7));
        Assert.Equal(states[^1].Select(s => (s.Key, s.Value)), Replay(store, states[300], 300));
    }

    [Fact]
    public void A_write_that_expects_another_revision_changes_nothing()
    {
        var store = new ObjectStore(TimeProvider.System);
        var stored = store.Put(Bucket, Encode("ns", "a", 1), 0);

        var conflict = Assert.Throws<WriteConflictException>(() => store.Put(Bucket, Encode("ns", "a", 2), stored.Revision + 5));

        Assert.Equal(stored.Revision, conflict.Current!.Revision);
        Assert.Equal(stored.Revision, store.Revision);
    }

    [Fact]
    public void The_revision_is_written_into_the_bytes_and_the_rest_is_kept()
    {
        var store = new ObjectStore(TimeProvider.System);

        var stored = store.Put(Bucket, Encode("ns", "a", 42), 0);

        Assert.Equal("1", (string?)stored.ToJson()["metadata"]!["resourceVersion"]);
        Assert.Equal(42, (int)stored.ToJson()["data"]!);
        Assert.StartsWith("\"metadata\"", System.Text.Encoding.UTF8.GetString(stored.Utf8.Span[stored.ItemOffset..]), StringComparison.Ordinal);
    }

    private static Comparer<(string, string)> KeyOrder { get; } = Comparer<(string, string)>.Create((a, b) =>
        string.CompareOrdinal(a.Item1, b.Item1) is var order and not 0 ? order : string.CompareOrdinal(a.Item2, b.Item2));

    private static void Write(ObjectStore store, Random random, List<SortedDictionary<(string, string), long>> states)
    {
        var state = new SortedDictionary<(string, string), long>(states[^1], KeyOrder);
        var key = ($"ns{random.Next(3)}", $"n{random.Next(60)}");
        var revision = states.Count;
        var present = state.TryGetValue(key, out var current);
        if (present && random.Next(3) == 0)
        {
            store.Delete(Bucket, Encode(key.Item1, key.Item2, 0), current);
            state.Remove(key);
        }
        else
        {
            Assert.Equal(revision, store.Put(Bucket, Encode(key.Item1, key.Item2, revision), present ? current : 0).Revision);
            state[key] = revision;
        }

        states.Add(state);
    }

    private static List<((string, string), long)> ListPages(ObjectStore store, long revision, int limit)
    {
        var found = new List<((string, string), long)>();
        (string, string)? start = null;
        do
        {
            var page = store.List(Bucket, new ListRequest { Revision = revision, Limit = limit, Start = start });
            found.AddRange(page.Items.Select(o => ((o.Namespace, o.Name), o.Revision)));
            Assert.True(page.Items.Count <= limit);
            start = page.Next;
        }
        while (start is not null);
        return found;
    }

    private static IEnumerable<((string, string), long)> Replay(ObjectStore store, SortedDictionary<(string, string), long> from, long revision)
    {
        var state = new SortedDictionary<(string, string), long>(from, KeyOrder);
        var events = new List<StoreEvent>();
        long position = revision;
        do
        {
            events.Clear();
            (position, _) = store.ReadEvents(Bucket, position, 17, events);
            foreach (var change in events)
            {
                var key = (change.Object.Namespace, change.Object.Name);
                Assert.Equal(state.TryGetValue(key, out var old) ? old : 0, change.Previous?.Revision ?? 0);
                if (change.Deleted)
                {
                    state.Remove(key);
                }
                else
                {
                    state[key] = change.Revision;
                }
            }
        }
        while (events.Count > 0);
        return state.Select(s => (s.Key, s.Value));
    }

    private static EncodedObject Encode(string ns, string name, long value) => EncodedObject.Encode(new JsonObject
    {
        ["kind"] = "ConfigMap",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ns },
        ["data"] = value,
    });
}
