using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using BackupServer.Tests.Clusters;

namespace BackupServer.Server.Tests.Hosting;

/// <summary>The server as a process whose address cannot be had.</summary>
public sealed class ListenTests
{
    [Fact]
    public async Task Second_server_on_an_address_that_is_taken_ends_with_one_line_that_names_it_and_says_what_to_do()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";

        var (code, error) = await RunAsync(address);

        Assert.Equal(1, code);
        Assert.Equal(
            $"cannot listen on {address} for /healthz, /readyz and /leader: another process has it, perhaps another server of this machine; give this one another address with --listen, such as http://127.0.0.1:8086",
            error);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("ftp://127.0.0.1:8085")]
    [InlineData("http://127.0.0.1:99999")]
    public async Task What_is_no_address_is_wrong_usage(string address)
    {
        var (code, error) = await RunAsync(address);

        Assert.Equal(2, code);
        Assert.Equal($"--listen: \"{address}\" is no address such as http://127.0.0.1:8085", error);
    }

    [Fact]
    public async Task Address_that_another_machine_has_is_told_in_one_line()
    {
        var (code, error) = await RunAsync("http://192.0.2.1:8085");

        Assert.Equal(1, code);
        Assert.Equal("cannot listen on http://192.0.2.1:8085 for /healthz, /readyz and /leader: this machine has no such address; give one that it has with --listen", error);
    }

    private static async Task<(int Code, string Error)> RunAsync(string address)
    {
        var directory = Directory.CreateTempSubdirectory("listen-tests-");
        try
        {
            // Nothing asks the cluster before the address is had.
            var kubeconfig = Path.Combine(directory.FullName, "kubeconfig");
            await File.WriteAllTextAsync(kubeconfig, """
                {"apiVersion":"v1","kind":"Config","current-context":"c","contexts":[{"name":"c","context":{"cluster":"c","user":"u"} }],
                "clusters":[{"name":"c","cluster":{"server":"http://127.0.0.1:1"} }],"users":[{"name":"u","user":{} }]}
                """, TestContext.Current.CancellationToken);
            var assembly = Path.Combine(DevClusterFixture.OutputOf("BackupServer.Server"), "BackupServer.Server.dll");
            using var server = Process.Start(new ProcessStartInfo("dotnet", [assembly, "--kubeconfig", kubeconfig, "--listen", address])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            using var stop = TestContext.Current.CancellationToken.Register(server.Kill);
            var output = server.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var error = await server.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await server.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.DoesNotContain("Exception", await output, StringComparison.Ordinal);
            return (server.ExitCode, error.TrimEnd('\n'));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
