namespace BackupServer.DevCluster.CustomResources.Cel;

/// <summary>
/// Every operator and function that expressions may call. What is not here is refused when a definition is created: a rule that the
/// server would silently not check is worse than one it rejects.
/// </summary>
internal static class CelFunctions
{
    private static readonly Dictionary<(string Name, bool IsMethod, int Arguments), Func<object?[], object?>> Table = Build();

    /// <summary>Identifiers that stand for types.</summary>
    public static HashSet<string> TypeNames { get; } =
        ["bool", "int", "uint", "double", "string", "bytes", "list", "map", "null_type", "type"];

    /// <summary>The function, or null. Arguments of a method do not count its target, which is passed first.</summary>
    public static Func<object?[], object?>? Find(string name, bool isMethod, int arguments) =>
        Table.GetValueOrDefault((name, isMethod, arguments));

    public static CelException NoOverload(string function, params object?[] arguments) =>
        new($"no such overload: {function}({string.Join(", ", arguments.Select(CelValues.TypeName))})");

    private static Dictionary<(string, bool, int), Func<object?[], object?>> Build()
    {
        var table = new Dictionary<(string, bool, int), Func<object?[], object?>>();
        foreach (var library in new[]
                 {
                     CelStandardFunctions.All, CelConversionFunctions.All, CelStringFunctions.All, CelTimeFunctions.All, CelListFunctions.All,
                     CelKubernetesFunctions.All,
                 })
        {
            foreach (var (name, isMethod, arguments, function) in library)
            {
                table.Add((name, isMethod, arguments), function);
            }
        }

        return table;
    }
}
