using System.CommandLine;
using System.Globalization;
using BackupServer.Benchmarks.Measuring;

namespace BackupServer.Benchmarks.Commands;

/// <summary><c>files</c>: how much memory very many files take.</summary>
internal static class FilesCommand
{
    private const long Limit = 512L << 20;

    public static Command Create()
    {
        var count = CommonOptions.Count("--count", 2_000_000, "files of the tree");
        var folder = CommonOptions.Count("--files-per-directory", 100, "of them in one directory");
        var content = CommonOptions.Count("--content-every", 4, "each so many-th has contents, of up to 200 bytes; the others are empty");
        var directory = CommonOptions.Directory();
        var command = new Command("files", "Backs up, restores and checks a tree of very many small files; each must stay within 512 MiB of memory.") { count, folder, content, directory };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetRequiredValue(directory), parsed.GetValue(count), parsed.GetValue(folder), parsed.GetValue(content), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(DirectoryInfo directory, int count, int folder, int content, CancellationToken cancellationToken)
    {
        Report.Head($"{count} files, {folder} in a directory, one in {content} with contents", TimeProvider.System);
        using var work = new Workplace(directory);
        var source = work.PathOf("source");
        Make(source, count, folder, content, cancellationToken);
        await work.RunAsync("repository", "init", [], cancellationToken);
        var holds = Print("backup", await work.RunAsync("repository", "backup", [source], cancellationToken));
        holds &= Print("backup, nothing changed", await work.RunAsync("repository", "backup", [source], cancellationToken));
        holds &= Print("check", await work.RunAsync("repository", "check", ["--read-data"], cancellationToken));
        holds &= Print("restore", await work.RunAsync("repository", "restore", ["latest", "--target", work.PathOf("restored")], cancellationToken));
        await MeasuredProcess.RunAsync("diff", ["-rq", source, work.PathOf("restored") + source], cancellationToken);
        Console.WriteLine("  what was restored equals the source");
        return holds ? 0 : 1;
    }

    private static bool Print(string what, Measurement measured) => Report.Line(what, Report.Of(measured), measured.PeakResident <= Limit, Report.Mebibytes(Limit));

    private static void Make(string root, int count, int folder, int content, CancellationToken cancellationToken)
    {
        var random = new Random(1);
        var bytes = new byte[200];
        for (var i = 0; i < count; i++)
        {
            var directory = Path.Combine(root, Name(i / folder / 100, "000"), Name(i / folder % 100, "00"));
            if (i % folder == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Directory.CreateDirectory(directory);
            }

            using var file = File.OpenHandle(Path.Combine(directory, $"file-{Name(i % folder, "000")}.txt"), FileMode.CreateNew, FileAccess.Write);
            if (i % content == 0)
            {
                var some = bytes.AsSpan(0, random.Next(1, bytes.Length));
                random.NextBytes(some);
                RandomAccess.Write(file, some, 0);
            }
        }
    }

    private static string Name(int number, string format) => number.ToString(format, CultureInfo.InvariantCulture);
}
