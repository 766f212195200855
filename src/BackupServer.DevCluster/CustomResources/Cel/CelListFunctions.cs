namespace BackupServer.DevCluster.CustomResources.Cel;

/// <summary>The list and set functions that Kubernetes adds.</summary>
internal static class CelListFunctions
{
    public static (string Name, bool IsMethod, int Arguments, Func<object?[], object?> Function)[] All { get; } =
    [
        ("isSorted", true, 0, a => List(a[0]).Zip(List(a[0]).Skip(1)).All(pair => CelValues.Compare(pair.First, pair.Second) <= 0)),
        ("sum", true, 0, Sum),
        ("min", true, 0, a => Extreme(a[0], -1)),
        ("max", true, 0, a => Extreme(a[0], 1)),
        ("indexOf", true, 1, a => a[0] is string text ? text.IndexOf(Text(a, 1), StringComparison.Ordinal)
            : (long)List(a[0]).ToList().FindIndex(item => CelValues.AreEqual(item, a[1]))),
        ("lastIndexOf", true, 1, a => a[0] is string text ? text.LastIndexOf(Text(a, 1), StringComparison.Ordinal)
            : (long)List(a[0]).ToList().FindLastIndex(item => CelValues.AreEqual(item, a[1]))),
        ("distinct", true, 0, a => new CelList([.. List(a[0]).Aggregate(new List<object?>(), (known, item) =>
        {
            if (!known.Exists(other => CelValues.AreEqual(other, item)))
            {
                known.Add(item);
            }

            return known;
        })])),
        ("flatten", true, 0, a => new CelList([.. List(a[0]).SelectMany(item => item is CelList inner ? inner.Items : [item])])),
        ("sets.contains", false, 2, a => List(a[1]).All(item => Has(a[0], item))),
        ("sets.intersects", false, 2, a => List(a[1]).Any(item => Has(a[0], item))),
        ("sets.equivalent", false, 2, a => List(a[1]).All(item => Has(a[0], item)) && List(a[0]).All(item => Has(a[1], item))),
    ];

    private static IReadOnlyList<object?> List(object? value) => value is CelList list ? list.Items : throw CelFunctions.NoOverload("list function", value);

    private static string Text(object?[] a, int at) => a[at] as string ?? throw CelFunctions.NoOverload("string function", a);

    private static bool Has(object? list, object? wanted) => List(list).Any(item => CelValues.AreEqual(item, wanted));

    private static object? Sum(object?[] a)
    {
        var items = List(a[0]);
        var add = CelFunctions.Find("+", isMethod: false, 2)!;
        return items.Count == 0 ? 0L : items.Skip(1).Aggregate(items[0], (sum, item) => add([sum, item]));
    }

    private static object? Extreme(object? list, int sign)
    {
        var items = List(list);
        return items.Count == 0
            ? throw new CelException("min/max called on an empty list")
            : items.Skip(1).Aggregate(items[0], (best, item) => CelValues.Compare(item, best) * sign > 0 ? item : best);
    }
}
