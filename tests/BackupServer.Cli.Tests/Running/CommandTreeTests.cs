using System.CommandLine;
using BackupServer.Cli.Commands.Repositories;
using BackupServer.Cli.Repositories;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Tests.Running;

public sealed class CommandTreeTests
{
    public static TheoryData<string> Verbs => [.. Paths(Root(), "")];

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Help_lists_options_and_exit_codes(string path)
    {
        var run = await Run.Async([.. path.Split(' '), "--help"]);

        Assert.Equal(0, run.Code);
        Assert.Contains($"backupctl {path}", run.Out, StringComparison.Ordinal);
        Assert.Matches(@"Exit codes:\n  0    done\n  1    failed\n  2    wrong usage\n(.*\n)*  130  interrupted\n$", run.Out);
    }

    [Fact]
    public void Every_verb_is_declared_under_the_name_it_is_looked_up_by()
    {
        var context = new CommandContext(Terminal.OfProcess(), TimeProvider.System, new ClusterOptions());

        Assert.All(RepositoryCommands.Verbs, verb => Assert.Equal(verb.Name, verb.Create(context, new RepositoryLocationOptions()).Name));
        Assert.All(RepositoryCommands.Verbs, verb => Assert.Equal([verb.Name], RepositoryCommands.Create(context, verb.Name).Subcommands.Select(command => command.Name)));
        Assert.Equal(RepositoryCommands.Verbs.Count, RepositoryCommands.Create(context, "nonsense").Subcommands.Count);
        Assert.All(Backupctl.Root(context).Subcommands, command => Assert.Equal([command.Name], Backupctl.Root(context, [command.Name]).Subcommands.Select(one => one.Name)));
    }

    [Fact]
    public void Every_leaf_says_what_it_returns()
    {
        Assert.All(Leaves(Root()), static command => Assert.IsType<VerbCommand>(command));
    }

    [Fact]
    public void Every_command_option_and_argument_is_described()
    {
        Assert.All(
            Leaves(Root()).SelectMany(static command => command.Options.Cast<Symbol>().Concat(command.Arguments).Append(command)),
            static symbol => Assert.False(string.IsNullOrWhiteSpace(symbol.Description), symbol.Name));
    }

    [Theory]
    [InlineData]
    [InlineData("nonsense")]
    [InlineData("version", "--nonsense")]
    [InlineData("install")]
    [InlineData("completion", "tcsh")]
    public async Task Wrong_usage_returns_2_and_says_where_help_is(params string[] arguments)
    {
        var run = await Run.Async(arguments);

        Assert.Equal(2, run.Code);
        Assert.Contains("--help'.", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("repository", "--help")]
    public async Task Who_names_no_verb_of_a_repository_is_told_all(params string[] arguments)
    {
        var run = await Run.Async(arguments);

        Assert.All((string[])["backup", "snapshots", "rewrite", "repair", "version"], verb => Assert.Contains(verb, run.Out + run.Error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Help_of_repositories_shows_examples()
    {
        var noun = await Run.Async(["repository", "--help"]);
        var verb = await Run.Async(["repository", "backup", "--help"]);

        Assert.Contains("Examples:\n  backupctl repository init ", noun.Out, StringComparison.Ordinal);
        Assert.Contains("backupctl repository backup --stdin-from-command", verb.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_verb_of_repositories_has_examples_and_each_is_a_command_line()
    {
        var commands = Root().Subcommands.Single(static command => command.Name == "repository");
        var examples = All(commands).OfType<IHasExamples>().SelectMany(static command => command.Examples).ToList();

        Assert.All(All(commands), static command => Assert.NotEmpty(Assert.IsAssignableFrom<IHasExamples>(command).Examples));
        Assert.All(examples, static example =>
        {
            // Remarks stand behind several blanks, redirections are the shell's.
            var words = CommandWords.Split(example.Split("      ")[0]).TakeWhile(static word => word != ">").ToList();
            Assert.Empty(Backupctl.Root(new CommandContext(Terminal.OfProcess(), TimeProvider.System, new ClusterOptions()), words).Parse(words).Errors.Select(error => $"{example}: {error.Message}"));
        });
    }

    [Fact]
    public async Task Help_of_repositories_needs_no_cluster_and_tells_what_no_option_says()
    {
        var noun = await Run.Async(["repository", "--help"]);
        var verb = await Run.Async(["repository", "prune", "--help"]);

        Assert.DoesNotContain("--kubeconfig", noun.Out + verb.Out, StringComparison.Ordinal);
        Assert.All((string[])["First steps:", "Snapshots:", "Values:", "Environment:", "Coming from restic:", "RESTIC_PASSWORD_COMMAND"], word => Assert.Contains(word, noun.Out, StringComparison.Ordinal));
        Assert.Contains("  12   ", noun.Out, StringComparison.Ordinal);
    }

    private static IEnumerable<Command> All(Command command) => command.Subcommands.SelectMany(All).Prepend(command);

    private static RootCommand Root() => Backupctl.Root(new CommandContext(Terminal.OfProcess(), TimeProvider.System, new ClusterOptions()));

    private static IEnumerable<Command> Leaves(Command command) => command.Subcommands.Count == 0 ? [command] : command.Subcommands.SelectMany(Leaves);

    private static IEnumerable<string> Paths(Command command, string prefix) => command.Subcommands.SelectMany(child =>
        child.Subcommands.Count == 0 ? [prefix + child.Name] : Paths(child, $"{prefix}{child.Name} "));
}
