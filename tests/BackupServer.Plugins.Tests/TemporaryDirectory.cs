namespace BackupServer.Plugins.Tests;

/// <summary>A directory of its own that is gone after the test.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("backupserver-plugins-").FullName;

    public string Sub(string name) => System.IO.Path.Combine(Path, name);

    public string Make(string name) => Directory.CreateDirectory(Sub(name)).FullName;

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
