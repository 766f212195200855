using System.CommandLine;
using BackupServer.Kubernetes.Errors;
using BackupServer.Quickstart;
using BackupServer.Quickstart.Clusters;
using BackupServer.Quickstart.Processes;
using BackupServer.Quickstart.Telling;

const int Failed = 1;
const int Usage = 2;
const int Different = 3;
const int Interrupted = 130;
const int MostDifferences = 10;

var data = new Option<string?>("--data") { Description = "directory for clusters, volumes and logs, which is kept; a new one that is removed at a good end when absent" };
var location = new Option<string?>("--location") { Description = "where backups are kept, for example file:///srv/backups; a directory in --data when absent" };
var manifests = new Option<string>("--manifests") { Description = "directory with the application's manifests", DefaultValueFactory = _ => Path.Combine(AppContext.BaseDirectory, "Sample", "shop") };
var keep = new Option<bool>("--keep") { Description = "leave everything running at the end, until Ctrl-C" };
var command = new RootCommand("Backs up, loses, restores, copies and moves an application, and compares it each time. Exit codes: 0 identical, 1 error, 2 usage, 3 different, 130 interrupted.")
{
    data, location, manifests, keep,
};
command.SetAction(async (parsed, cancellationToken) =>
{
    // Signals are heard of from the first time that the action waits.
    await Task.Yield();
    try
    {
        var application = Application.Read(parsed.GetValue(manifests)!);
        if (parsed.GetValue(location) is { } asked)
        {
            LocationOption.Check(asked);
        }

        var place = Workplace.Prepare(parsed.GetValue(data));
        var options = new QuickstartOptions { Data = place.Directory, Location = parsed.GetValue(location) ?? place.DefaultLocation };
        var code = await TellAsync(options, application, parsed.GetValue(keep), cancellationToken);
        Leave(place, code);
        return code;
    }
    catch (UsageException e)
    {
        Console.Error.WriteLine(e.Message);
        return Usage;
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

return Usage;

static async Task<int> TellAsync(QuickstartOptions options, Application application, bool keep, CancellationToken cancellationToken)
{
    await using var processes = new ProcessGroup(cancellationToken);
    await using var story = new Story(options, application, new Steps(Console.Out), processes);
    var code = Interrupted;
    try
    {
        await story.TellAsync();
        code = Conclude(story);
        if (keep)
        {
            Console.WriteLine(Invitation(story, application));
            await Task.Delay(Timeout.InfiniteTimeSpan, processes.Stop);
        }

        return code;
    }
    catch (Exception e) when (e is StoryException or KubernetesException or OperationCanceledException)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            Console.WriteLine("stopping");
            return code;
        }

        Console.Error.WriteLine(processes.Death ?? e.Message);
        return Failed;
    }
}

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

static string Invitation(Story story, Application application) => $"""
    Everything goes on until Ctrl-C. To try:
      export KUBECONFIG={story.Home.Kubeconfig}
      kubectl get bk,bks,rst,bsl -n {StoryCluster.ServerNamespace}
      kubectl get all -n {application.Namespaces[0]}
      dotnet {story.Home.BackupctlPath} backup describe -n {StoryCluster.ServerNamespace} $(kubectl get bk -n {StoryCluster.ServerNamespace} -o name | tail -1 | cut -d/ -f2)
    """;

static void Leave(Workplace place, int code)
{
    if (code is Failed or Different)
    {
        Console.Error.WriteLine($"Everything is left in {place.Directory} (logs in */logs); remove the directory when you have seen enough.");
    }
    else if (place.IsOurs)
    {
        place.Remove();
    }
}
