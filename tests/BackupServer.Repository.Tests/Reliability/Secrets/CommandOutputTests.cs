using BackupServer.Repository.Tests.Files;
using BackupServer.Repository.Tests.Reliability.Kills;

namespace BackupServer.Repository.Tests.Reliability.Secrets;

public sealed class CommandOutputTests : IDisposable
{
    private const string Secret = "tr0ub4dor-and-three";
    private readonly TemporaryFolder _folder = new();
    private readonly Backupctl _backupctl;

    public CommandOutputTests()
    {
        File.WriteAllText(_folder["password"], Secret);
        File.SetUnixFileMode(_folder["password"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(Path.Combine(_folder.MakeDirectory("source"), "file"), "content");
        _backupctl = new Backupctl(_folder["repository"], _folder["password"]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task No_command_writes_the_password_as_text_or_json_when_it_works_or_when_it_fails()
    {
        List<string> outputs = [];
        async Task<int> RunAsync(params string[] arguments)
        {
            (int exitCode, string output, _) = await _backupctl.RunAsync(arguments);
            outputs.Add(output);
            return exitCode;
        }

        Assert.Equal(0, await RunAsync("init"));
        Assert.Equal(0, await RunAsync("backup", _folder["source"], "--json"));
        Assert.Equal(0, await RunAsync("key", "list", "--json"));
        Assert.Equal(0, await RunAsync("check", "--read-data", "--json"));
        Assert.NotEqual(0, await RunAsync("init"));
        Assert.NotEqual(0, await RunAsync("restore", "no-such-snapshot", "--target", _folder["target"]));
        File.WriteAllText(_folder["password"], Secret + " wrong");
        Assert.NotEqual(0, await RunAsync("snapshots", "--json"));

        Assert.DoesNotContain(outputs, static output => output.Contains("tr0ub4dor", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(outputs, static output => output.Contains("others can read", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_password_file_that_others_can_read_is_warned_about()
    {
        File.SetUnixFileMode(_folder["password"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        (int exitCode, string output, _) = await _backupctl.RunAsync("init");

        Assert.Equal(0, exitCode);
        Assert.Contains($"chmod 600 {_folder["password"]}", output, StringComparison.Ordinal);
    }
}
