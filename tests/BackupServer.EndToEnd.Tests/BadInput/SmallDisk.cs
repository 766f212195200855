using BackupServer.EndToEnd.Tests.Processes;

namespace BackupServer.EndToEnd.Tests.BadInput;

/// <summary>A directory that takes nothing more when told so: a small disk where the process may mount one, and otherwise one without permission to write.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly bool _mounted;

    private SmallDisk(string directory, bool mounted)
    {
        Directory = directory;
        _mounted = mounted;
    }

    public string Directory { get; }

    /// <summary>Words by which the error must tell what is wrong.</summary>
    public string Complaint => _mounted ? "no space" : "permission";

    public static async Task<SmallDisk> MountAsync(string directory)
    {
        var result = await ProgramProcess.RunAsync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", directory]);
        return new SmallDisk(directory, result.ExitCode == 0);
    }

    /// <summary>Leaves room for nothing.</summary>
    public void Fill()
    {
        if (!_mounted)
        {
            foreach (var folder in System.IO.Directory.EnumerateDirectories(Directory, "*", SearchOption.AllDirectories).Append(Directory))
            {
                File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            }

            return;
        }

        using var file = new FileStream(Path.Combine(Directory, "filler"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1);
        var piece = new byte[4096];
        try
        {
            while (true)
            {
                file.Write(piece);
            }
        }
        catch (IOException)
        {
            // Full, as wanted.
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_mounted)
        {
            _ = await ProgramProcess.RunAsync("umount", ["-l", Directory]);
            return;
        }

        foreach (var folder in System.IO.Directory.EnumerateDirectories(Directory, "*", SearchOption.AllDirectories).Append(Directory))
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
