namespace BackupServer.DevCluster.CustomResources.Cel;

/// <summary>How property names that CEL cannot spell are written in rules (KEP 2876): __namespace__, a__dash__b, x__dot__y.</summary>
internal static class CelNames
{
    private static readonly HashSet<string> Keywords =
        ["true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
            "namespace", "return", "var", "void", "while"];

    public static string Escape(string name) => Keywords.Contains(name)
        ? $"__{name}__"
        : name.Replace("__", "__underscores__").Replace(".", "__dot__").Replace("-", "__dash__").Replace("/", "__slash__");

    public static string Unescape(string name) =>
        name.Length > 4 && name.StartsWith("__", StringComparison.Ordinal) && name.EndsWith("__", StringComparison.Ordinal) && Keywords.Contains(name[2..^2])
            ? name[2..^2]
            : name.Replace("__dot__", ".").Replace("__dash__", "-").Replace("__slash__", "/").Replace("__underscores__", "__");
}
