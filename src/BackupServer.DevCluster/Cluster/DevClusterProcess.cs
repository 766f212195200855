using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Cluster;

/// <summary>The cluster as a process: starts it, tells the parent, waits for a signal.</summary>
internal static class DevClusterProcess
{
    /// <summary>Runs until SIGTERM or SIGINT; the answer is the exit code.</summary>
    public static async Task<int> RunAsync(DevClusterOptions options)
    {
        using var stop = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, c => Stop(c, stop));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, c => Stop(c, stop));
        using var logging = LoggerFactory.Create(b => b.AddSimpleConsole(o => o.SingleLine = true).SetMinimumLevel(LogLevel.Warning));
        await using var host = new DevClusterHost(options, TimeProvider.System, logging);
        await host.StartAsync(stop.Token);
        Announce(host);
        try
        {
            await Task.Delay(Timeout.Infinite, stop.Token);
        }
        catch (OperationCanceledException)
        {
            return 0;
        }

        return 0;
    }

    private static void Announce(DevClusterHost host)
    {
        var options = host.Options;
        if (options.KubeconfigOut is { } kubeconfig)
        {
            KubeconfigFile.Write(kubeconfig, host.HttpsAddress, host.Certificates.AuthorityPem, options.Token);
        }

        if (options.ReadyFile is { } file)
        {
            var ready = new JsonObject
            {
                ["https"] = host.HttpsAddress.ToString().TrimEnd('/'),
                ["http"] = host.HttpAddress.ToString().TrimEnd('/'),
                ["token"] = options.Token,
                ["ca"] = host.Certificates.AuthorityPem,
            };
            WriteFile(file, ready.ToJsonString());
        }

        Console.WriteLine($"ready https={host.HttpsAddress.ToString().TrimEnd('/')} http={host.HttpAddress.ToString().TrimEnd('/')} token={options.Token}");
    }

    /// <summary>Both files hold the administrator's token: only the owner may read them, and nobody sees half of one.</summary>
    private static void WriteFile(string path, string text)
    {
        var draft = path + ".tmp";
        File.Delete(draft);
        using (var stream = new FileStream(draft, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
        }

        File.Move(draft, path, overwrite: true);
    }

    private static void Stop(PosixSignalContext context, CancellationTokenSource stop)
    {
        context.Cancel = true;
        stop.Cancel();
    }
}
