using System.CommandLine;
using BackupServer.Kubernetes.Errors;
using BackupServer.Quickstart;
using BackupServer.Quickstart.Clusters;
using BackupServer.Quickstart.Telling;

const int Different = 3;
const int MostDifferences = 10;

var data = new Option<string?>("--data") { Description = "directory for clusters, volumes and logs; a new one in the temporary directory when absent" };
var location = new Option<string?>("--location") { Description = "where backups are kept, for example file:///srv/backups; a directory in --data when absent" };
var manifests = new Option<string>("--manifests") { Description = "directory with the application's manifests", DefaultValueFactory = _ => Path.Combine(AppContext.BaseDirectory, "Sample", "shop") };
var keep = new Option<bool>("--keep") { Description = "leave everything running at the end, until Ctrl-C" };
var command = new RootCommand("Backs up, loses, restores, copies and moves an application, and compares it each time. Exit codes: 0 identical, 1 error, 2 usage, 3 different.")
{
    data, location, manifests, keep,
};
command.SetAction(async (parsed, cancellationToken) =>
{
    var directory = Path.GetFullPath(parsed.GetValue(data) ?? Directory.CreateTempSubdirectory("backupserver-quickstart-").FullName);
    var options = new QuickstartOptions
    {
        Data = directory,
        Location = parsed.GetValue(location) ?? "file://" + Directory.CreateDirectory(Path.Combine(directory, "location")).FullName,
        Manifests = parsed.GetValue(manifests)!,
        Keep = parsed.GetValue(keep),
    };
    try
    {
        Workplace.Clear(options);
        await using var story = new Story(options, new Steps(Console.Out), cancellationToken);
        await story.TellAsync();
        var code = Conclude(story);
        if (options.Keep)
        {
            await LeaveRunningAsync(story, cancellationToken);
        }

        return code;
    }
    catch (Exception e) when (e is StoryException or KubernetesException)
    {
        Console.Error.WriteLine($"{e.Message}\nEverything is left in {options.Data} (logs in */logs).");
        return 1;
    }
    finally
    {
        if (parsed.GetValue(data) is null && Environment.ExitCode == 0 && !options.Keep)
        {
            Workplace.Note(options);
        }
    }
});
var result = command.Parse(args);
if (result.Errors.Count == 0)
{
    return await result.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(25) });
}

foreach (var error in result.Errors)
{
    Console.Error.WriteLine(error.Message);
}

return 2;

static int Conclude(Story story)
{
    var verdict = story.Verdict;
    if (verdict.Differences.Count == 0)
    {
        Console.WriteLine($"verified: {verdict.Objects} objects, {verdict.Files} files, {verdict.Bytes} bytes identical");
        return 0;
    }

    Console.WriteLine($"different: {verdict.Differences.Count} differences, the first of them:");
    foreach (var difference in verdict.Differences.Take(MostDifferences))
    {
        Console.WriteLine("  " + difference);
    }

    return Different;
}

static async Task LeaveRunningAsync(Story story, CancellationToken cancellationToken)
{
    Console.WriteLine($"""
        Everything goes on until Ctrl-C. To try:
          export KUBECONFIG={story.Home.Kubeconfig}
          kubectl get bk,bks,rst,bsl -n {StoryCluster.ServerNamespace}
          kubectl get all -n shop
          dotnet {story.Home.BackupctlPath} backup describe -n {StoryCluster.ServerNamespace} $(kubectl get bk -n {StoryCluster.ServerNamespace} -o name | tail -1 | cut -d/ -f2)
        """);
    try
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
    }
    catch (OperationCanceledException)
    {
        Console.WriteLine("stopping");
    }
}
