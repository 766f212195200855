namespace BackupServer.Architecture.Tests;

/// <summary>Where the sources are, found from the test's own folder upward.</summary>
internal static class RepositoryRoot
{
    public static string Path { get; } = Find(AppContext.BaseDirectory);

    public static string[] Projects => [.. Directory
        .GetFiles(Path, "*.csproj", SearchOption.AllDirectories)
        .Where(p => !p.Contains("/artifacts/", StringComparison.Ordinal))];

    public static string[] Sources(string folder) => [.. Directory
        .GetFiles(System.IO.Path.Combine(Path, folder), "*.cs", SearchOption.AllDirectories)
        .Where(p => !p.Contains("/obj/", StringComparison.Ordinal))];

    private static string Find(string folder) =>
        File.Exists(System.IO.Path.Combine(folder, "BackupServer.sln")) ? folder : Find(System.IO.Path.GetDirectoryName(folder)!);
}
