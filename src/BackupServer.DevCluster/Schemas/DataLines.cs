namespace BackupServer.DevCluster.Schemas;

/// <summary>The embedded tables: lines without comments and blanks.</summary>
internal static class DataLines
{
    /// <exception cref="InvalidOperationException">The build lacks the table.</exception>
    public static IReadOnlyList<string> Of(string name)
    {
        using var resource = typeof(DataLines).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"embedded table {name} is missing from the build");
        using var reader = new StreamReader(resource);
        return [.. reader.ReadToEnd().Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith("# ", StringComparison.Ordinal))];
    }
}
