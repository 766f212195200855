using BackupServer.Cli.Repositories;
using BackupServer.Cli.Tests.Running;

namespace BackupServer.Cli.Tests.Repositories;

/// <summary>All the ways to say which repository is meant, and its password.</summary>
public sealed class RepositoryNameTests : IDisposable
{
    private readonly RepositoryFolder _folder = new();

    private string Command => $"cat '{_folder.PasswordFile}'";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_program_prints_the_password_for_every_verb()
    {
        await RunAsync(0, "init", "--repo", _folder.Repo, "--password-command", Command);
        await RunAsync(0, "backup", _folder.Source, "--repo", _folder.Repo, "--password-command", Command);
        foreach (var verb in (string[][])[["snapshots"], ["ls", "latest"], ["check"], ["prune"], ["key", "list"], ["stats"], ["cat", "config"], ["find", "a.txt"], ["list", "packs"], ["unlock"], ["version"]])
        {
            await RunAsync(0, [.. verb, "--repo", _folder.Repo, "--password-command", Command]);
        }
    }

    [Fact]
    public async Task Variables_say_what_options_do_not()
    {
        var names = Path.Combine(_folder.Root, "repository-name");
        await File.WriteAllTextAsync(names, $"{_folder.Repo}\n", TestContext.Current.CancellationToken);
        await _folder.OkAsync("init");

        await RunAsync(0, Variables(("RESTIC_REPOSITORY_FILE", names), ("RESTIC_PASSWORD_COMMAND", Command)), "snapshots");
        await RunAsync(0, Variables(("RESTIC_REPOSITORY", _folder.Repo), ("RESTIC_PASSWORD", RepositoryFolder.Password)), "snapshots");
        await RunAsync(0, Variables(("RESTIC_REPOSITORY", "/nowhere"), ("RESTIC_PASSWORD_FILE", "/nowhere")), "snapshots", "--repository-file", names, "--password-command", Command);
        await RunAsync(0, Variables(("RESTIC_PASSWORD_FILE", "/nowhere"), ("BACKUPCTL_PASSWORD_FILE", _folder.PasswordFile)), "snapshots", "--repo", _folder.Repo);
        await RunAsync(10, Variables(("RESTIC_PASSWORD", "x")), "snapshots", "--repo", Path.Combine(_folder.Root, "none"));
    }

    [Fact]
    public async Task Two_ways_at_once_are_refused()
    {
        var options = await RunAsync(2, "snapshots", "--repo", _folder.Repo, "--password-file", _folder.PasswordFile, "--password-command", Command);
        var variables = await RunAsync(2, Variables(("RESTIC_PASSWORD_FILE", _folder.PasswordFile), ("RESTIC_PASSWORD_COMMAND", Command)), "snapshots", "--repo", _folder.Repo);
        var names = await RunAsync(2, "snapshots", "--repo", _folder.Repo, "--repository-file", "x", "--password-command", Command);
        var none = await RunAsync(2, "snapshots", "--password-command", Command);

        Assert.Contains("--password-file and --password-command", options.Error, StringComparison.Ordinal);
        Assert.Contains("$RESTIC_PASSWORD_FILE and $RESTIC_PASSWORD_COMMAND", variables.Error, StringComparison.Ordinal);
        Assert.Contains("--repo and --repository-file", names.Error, StringComparison.Ordinal);
        Assert.Contains("which repository", none.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("false", 1, "exit code 1")]
    [InlineData("true", 1, "printed no password")]
    [InlineData("/no/such/program", 1, "cannot be started")]
    [InlineData("  ", 2, "empty")]
    [InlineData("cat 'x", 2, "quotation mark")]
    [InlineData("printf wrong", 12, "password")]
    public async Task A_program_without_the_password_is_named(string command, int code, string words)
    {
        await _folder.OkAsync("init");

        var run = await RunAsync(code, "snapshots", "--repo", _folder.Repo, "--password-command", command);

        Assert.Contains(words, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_repository_to_copy_from_is_said_in_the_same_ways()
    {
        await _folder.OkAsync("init");
        await _folder.OkAsync("backup", _folder.Source);
        var second = Path.Combine(_folder.Root, "second");
        var names = Path.Combine(_folder.Root, "repository-name");
        await File.WriteAllTextAsync(names, _folder.Repo, TestContext.Current.CancellationToken);
        await RunAsync(0, "init", "--repo", second, "--password-command", "printf other");

        await RunAsync(0, "copy", "--repo", second, "--password-command", "printf other", "--from-repository-file", names, "--from-password-command", Command);
        await RunAsync(0, Variables(("RESTIC_FROM_REPOSITORY", _folder.Repo), ("RESTIC_FROM_PASSWORD_COMMAND", Command)), "copy", "--repo", second, "--password-command", "printf other");
        var none = await RunAsync(2, "copy", "--repo", second, "--password-command", "printf other", "--from-repo", _folder.Repo);

        Assert.Contains("--from-password-command", none.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pass show backup", "pass", "show", "backup")]
    [InlineData("  cat\t'a b'  \"c 'd'\" ", "cat", "a b", "c 'd'")]
    [InlineData("echo a\\ b '' x\"y\"z", "echo", "a b", "", "xyz")]
    [InlineData("printf 'a\\b' \"c\\\"d\"", "printf", "a\\b", "c\"d")]
    [InlineData("")]
    public void Words_are_those_of_a_shell(string line, params string[] words) => Assert.Equal(words, CommandWords.Split(line));

    private static Dictionary<string, string> Variables(params (string Name, string Value)[] variables) => variables.ToDictionary();

    private static Task<Run> RunAsync(int code, params string[] arguments) => RunAsync(code, [], arguments);

    private static async Task<Run> RunAsync(int code, Dictionary<string, string> variables, params string[] arguments)
    {
        var run = await Run.Async(["repository", .. arguments], variables);
        Assert.DoesNotContain("hunter2", run.ToString(), StringComparison.Ordinal);
        Assert.True(run.Code == code, $"{string.Join(' ', arguments)}: {run}");
        return run;
    }
}
