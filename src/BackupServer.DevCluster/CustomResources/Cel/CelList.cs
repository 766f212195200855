namespace BackupServer.DevCluster.CustomResources.Cel;

/// <summary>A list; sets and map lists of a schema compare without regard to order.</summary>
internal sealed record CelList(IReadOnlyList<object?> Items, string ListType, IReadOnlyList<string> Keys)
{
    public CelList(IReadOnlyList<object?> items)
        : this(items, "atomic", [])
    {
    }

    public bool IsEqualTo(CelList other)
    {
        if (Items.Count != other.Items.Count)
        {
            return false;
        }

        return ListType == "atomic"
            ? Items.Zip(other.Items).All(pair => CelValues.AreEqual(pair.First, pair.Second))
            : Items.All(item => other.Items.Any(candidate => CelValues.AreEqual(item, candidate)));
    }

    /// <summary>Concatenation; a set takes only what is new, a map list lets the right side replace elements of the same key.</summary>
    public CelList Append(CelList other)
    {
        if (ListType == "set")
        {
            return this with { Items = [.. Items, .. other.Items.Where(item => !Items.Any(known => CelValues.AreEqual(known, item)))] };
        }

        if (ListType != "map")
        {
            return new CelList([.. Items, .. other.Items]);
        }

        var merged = Items.Select(item => other.Items.FirstOrDefault(candidate => SameKey(item, candidate)) ?? item);
        return this with { Items = [.. merged, .. other.Items.Where(item => !Items.Any(known => SameKey(known, item)))] };
    }

    private bool SameKey(object? left, object? right) => left is CelMap a && right is CelMap b && Keys.All(key =>
    {
        a.TryGet(key, out var x);
        b.TryGet(key, out var y);
        return CelValues.AreEqual(x, y);
    });
}
