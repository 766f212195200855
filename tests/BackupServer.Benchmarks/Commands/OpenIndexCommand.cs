using System.CommandLine;
using System.Diagnostics;
using BackupServer.Benchmarks.Measuring;
using BackupServer.Repository;
using BackupServer.Repository.Backends;

namespace BackupServer.Benchmarks.Commands;

/// <summary><c>open-index</c>: what <see cref="IndexCommand"/> runs as a fresh process. Prints microseconds, bytes that the process grew by, and the peak of its memory.</summary>
internal static class OpenIndexCommand
{
    public const string Name = "open-index";

    public static Command Create()
    {
        var repository = new Argument<DirectoryInfo>("REPOSITORY");
        var command = new Command(Name) { repository };
        command.Hidden = true;
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetRequiredValue(repository), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(DirectoryInfo directory, CancellationToken cancellationToken)
    {
        await using var backend = new LocalBackend(directory.FullName, TimeProvider.System);
        await using var repository = await Repository.Repository.OpenAsync(backend, Workplace.Password, new RepositoryOptions(), TimeProvider.System, cancellationToken);
        var before = KernelFigures.PrivateResident(Environment.ProcessId) ?? 0;
        var started = Stopwatch.GetTimestamp();
        await repository.LoadIndexAsync(cancellationToken);

        // The table for searching is made when somebody looks for a blob first: it is part of the price.
        if (repository.ContainsBlob(BlobType.Data, repository.Id))
        {
            throw new MeasuringException("the repository's own name is no blob");
        }

        var took = Stopwatch.GetElapsedTime(started);
        var after = KernelFigures.PrivateResident(Environment.ProcessId) ?? 0;
        Console.WriteLine($"{(long)took.TotalMicroseconds} {after - before} {KernelFigures.PeakResident(Environment.ProcessId)}");
        return 0;
    }
}
