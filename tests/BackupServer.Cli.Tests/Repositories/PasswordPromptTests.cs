using BackupServer.Cli.Running;

namespace BackupServer.Cli.Tests.Repositories;

public sealed class PasswordPromptTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("backupctl-prompt-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Password_is_asked_for_on_a_terminal_twice_for_a_new_repository_and_never_shown()
    {
        var made = await RunAsync("init", "s3cret-word", "s3cret-word");
        var opened = await RunAsync("snapshots", "s3cret-word");
        var wrong = await RunAsync("snapshots", "other");

        Assert.Equal((0, 0, 12), (made.Code, opened.Code, wrong.Code));
        Assert.StartsWith("password of the new repository: \nthe same again: \n", made.Said, StringComparison.Ordinal);
        Assert.StartsWith("password of the repository: \n", opened.Said, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", made.Said + opened.Said);
    }

    [Fact]
    public async Task Passwords_that_differ_make_no_repository()
    {
        var run = await RunAsync("init", "one", "two");

        Assert.Equal(1, run.Code);
        Assert.Contains("differ", run.Said);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory));
    }

    [Fact]
    public async Task Where_nobody_can_answer_it_is_said_how_to_give_a_password()
    {
        var run = await RunAsync("snapshots");

        Assert.Equal(2, run.Code);
        Assert.Contains("--password-file", run.Said);
    }

    private async Task<(int Code, string Said)> RunAsync(string verb, params string[] answers)
    {
        await using var error = new StringWriter();
        var left = new Queue<string>(answers);
        var terminal = new Terminal
        {
            Out = TextWriter.Null,
            Error = error,
            In = TextReader.Null,
            OpenBinaryOut = () => Stream.Null,
            Variable = _ => null,
            CanAnswer = answers.Length > 0,
            ReadSecret = _ => Task.FromResult(left.TryDequeue(out var answer) ? answer : null),
        };
        var code = await Backupctl.RunAsync(["repository", verb, "--repo", _directory], terminal, TimeProvider.System, TestContext.Current.CancellationToken);
        return (code, error.ToString());
    }
}
