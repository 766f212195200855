namespace BackupServer.DevCluster.CustomResources.Cel;

/// <summary>Operators, size, dyn, type and optionals.</summary>
internal static class CelStandardFunctions
{
    public static (string Name, bool IsMethod, int Arguments, Func<object?[], object?> Function)[] All { get; } =
    [
        ("==", false, 2, a => CelValues.AreEqual(a[0], a[1])),
        ("!=", false, 2, a => !CelValues.AreEqual(a[0], a[1])),
        ("<", false, 2, a => CelValues.Compare(a[0], a[1]) < 0),
        ("<=", false, 2, a => CelValues.Compare(a[0], a[1]) <= 0),
        (">", false, 2, a => CelValues.Compare(a[0], a[1]) > 0),
        (">=", false, 2, a => CelValues.Compare(a[0], a[1]) >= 0),
        ("!", false, 1, a => a[0] is bool flag ? !flag : throw CelFunctions.NoOverload("!", a)),
        ("-_", false, 1, Negate),
        ("+", false, 2, Add),
        ("-", false, 2, Subtract),
        ("*", false, 2, a => Arithmetic("*", a, (x, y) => x * y, (x, y) => x * y, (x, y) => x * y)),
        ("/", false, 2, a => Arithmetic("/", a, (x, y) => x / y, (x, y) => x / y, (x, y) => x / y)),
        ("%", false, 2, a => Arithmetic("%", a, (x, y) => x % y, (x, y) => x % y, null)),
        ("in", false, 2, In),
        ("size", false, 1, Size),
        ("size", true, 0, Size),
        ("dyn", false, 1, a => a[0]),
        ("type", false, 1, a => new CelType(CelValues.TypeName(a[0]))),
        ("optional.none", false, 0, _ => CelOptional.None),
        ("optional.of", false, 1, a => CelOptional.Of(a[0])),
        ("optional.ofNonZeroValue", false, 1, a => a[0] is null or "" or 0L or false ? CelOptional.None : CelOptional.Of(a[0])),
        ("hasValue", true, 0, a => a[0] is CelOptional optional ? optional.HasValue : throw CelFunctions.NoOverload("hasValue", a)),
        ("value", true, 0, a => a[0] is CelOptional { HasValue: true } optional ? optional.Value : throw new CelException("optional.none() dereference")),
        // The evaluator decides these itself; they stand here so that the checker knows them.
        ("&&", false, 2, a => a),
        ("||", false, 2, a => a),
        ("?:", false, 3, a => a),
        ("orValue", true, 1, a => throw CelFunctions.NoOverload("orValue", a)),
        ("or", true, 1, a => throw CelFunctions.NoOverload("or", a)),
    ];

    private static object Negate(object?[] a) => a[0] switch
    {
        long number when number != long.MinValue => -number,
        double number => -number,
        TimeSpan span => -span,
        _ => throw CelFunctions.NoOverload("-", a),
    };

    private static object Add(object?[] a) => (a[0], a[1]) switch
    {
        (string x, string y) => x + y,
        (byte[] x, byte[] y) => (byte[])[.. x, .. y],
        (CelList x, CelList y) => x.Append(y),
        (TimeSpan x, TimeSpan y) => x + y,
        (DateTimeOffset x, TimeSpan y) => x + y,
        (TimeSpan x, DateTimeOffset y) => y + x,
        _ => Arithmetic("+", a, (x, y) => x + y, (x, y) => x + y, (x, y) => x + y),
    };

    private static object Subtract(object?[] a) => (a[0], a[1]) switch
    {
        (TimeSpan x, TimeSpan y) => x - y,
        (DateTimeOffset x, TimeSpan y) => x - y,
        (DateTimeOffset x, DateTimeOffset y) => x - y,
        _ => Arithmetic("-", a, (x, y) => x - y, (x, y) => x - y, (x, y) => x - y),
    };

    private static object Arithmetic(
        string name, object?[] a, Func<Int128, Int128, Int128> integers, Func<Int128, Int128, Int128> unsigned, Func<double, double, double>? doubles)
    {
        try
        {
            return (a[0], a[1]) switch
            {
                (long x, long y) => (object)checked((long)integers(x, y)),
                (ulong x, ulong y) => checked((ulong)unsigned(x, y)),
                (double x, double y) when doubles is not null => doubles(x, y),
                _ => throw CelFunctions.NoOverload(name, a),
            };
        }
        catch (DivideByZeroException)
        {
            throw new CelException(name == "%" ? "modulus by zero" : "division by zero");
        }
        catch (OverflowException)
        {
            throw new CelException("integer overflow");
        }
    }

    private static object In(object?[] a) => a[1] switch
    {
        CelList list => list.Items.Any(item => CelValues.AreEqual(item, a[0])),
        CelMap map => a[0] is not null && map.TryGet(a[0]!, out _),
        _ => throw CelFunctions.NoOverload("in", a),
    };

    private static object Size(object?[] a) => a[0] switch
    {
        string text => (long)text.EnumerateRunes().Count(),
        byte[] bytes => (long)bytes.Length,
        CelList list => (long)list.Items.Count,
        CelMap map => (long)map.Count,
        _ => throw CelFunctions.NoOverload("size", a),
    };
}
