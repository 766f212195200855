namespace BackupServer.Repository.Tests.Support;

/// <summary>Where test data is: in the clone, and beside it what is too large for it.</summary>
internal static class TestData
{
    public static string Root { get; } = FindRoot();

    public static string Vectors => Path.Combine(Root, "tests", "data", "restic-vectors");

    public static string Retention => Path.Combine(Root, "tests", "data", "golden", "retention");

    /// <summary>The large vectors; the test is skipped where they are not.</summary>
    public static string RealVectors()
    {
        var directory = Path.GetFullPath(Path.Combine(Root, "..", "shared", "reference", "restic-vectors", "real"));
        Assert.SkipUnless(Directory.Exists(directory), "../shared is absent");

        return directory;
    }

    private static string FindRoot()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "BackupServer.sln")))
        {
            directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("the tests run outside the repository");
        }

        return directory;
    }
}
