using System.Text;
using BackupServer.Engine.Collecting;

namespace BackupServer.Engine.Tests.Collecting;

public sealed class ObjectSpoolTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("spool-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void A_killed_process_leaves_no_spool_file_because_it_has_no_name()
    {
        using var spool = new ObjectSpool(_directory.FullName);

        var first = spool.Write("one"u8);
        var second = spool.Write("another"u8);

        Assert.Empty(_directory.EnumerateFiles());
        Assert.Equal("one", Encoding.UTF8.GetString(spool.Read(first, 3)));
        Assert.Equal("another", Encoding.UTF8.GetString(spool.Read(second, 7)));
    }
}
