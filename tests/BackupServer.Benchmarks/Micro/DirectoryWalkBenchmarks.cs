using System.Globalization;
using BackupServer.Repository.Files;
using BenchmarkDotNet.Attributes;

namespace BackupServer.Benchmarks.Micro;

/// <summary>Reading 100 directories of 100 files each, with the status of each file; figures are for one file.</summary>
public class DirectoryWalkBenchmarks
{
    private const int Directories = 100;
    private const int FilesEach = 100;
    private readonly string _root = Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"backupserver-walk-{Environment.ProcessId}"));

    [GlobalSetup]
    public void Prepare()
    {
        for (var i = 0; i < Directories; i++)
        {
            var directory = Directory.CreateDirectory(Path.Combine(_root, i.ToString("000", CultureInfo.InvariantCulture))).FullName;
            for (var j = 0; j < FilesEach; j++)
            {
                File.WriteAllBytes(Path.Combine(directory, $"file-{j.ToString("000", CultureInfo.InvariantCulture)}.txt"), []);
            }
        }
    }

    [GlobalCleanup]
    public void CleanUp() => Directory.Delete(_root, recursive: true);

    [Benchmark(OperationsPerInvoke = Directories * FilesEach)]
    public int Walk()
    {
        using var root = DirectoryHandle.Open(_root);
        var files = 0;
        foreach (var entry in root.List())
        {
            using var directory = root.OpenDirectory(entry.Name);
            files += directory.List().Count(file => directory.TryStat(file.Name) is not null);
        }

        return files;
    }
}
