using BackupServer.Repository.Files;

namespace BackupServer.EndToEnd.Tests.Clusters;

/// <summary>Compares directories.</summary>
internal static class Trees
{
    /// <summary>Fails with the differences between two directories; the directories themselves belong to those who made them.</summary>
    public static void AssertEqual(string expected, string actual)
    {
        var comparison = new TreeComparer(new TreeComparerOptions { Root = false }).Compare(expected, actual, TestCluster.Ct);

        Assert.True(comparison.AreEqual, string.Join("\n", comparison.Differences.Take(10)));
        Assert.True(comparison.Files > 0, $"{expected} is empty");
    }
}
