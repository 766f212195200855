using System.CommandLine;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Commands.Shell;

/// <summary><c>completion</c>: scripts that let a shell complete commands and options by asking this program.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        # bash completion for backupctl. Load it with: source <(backupctl completion bash)
        _backupctl() {
            local line="${COMP_LINE:0:COMP_POINT}" word="${COMP_WORDS[COMP_CWORD]}"
            local rest="${line#"${COMP_WORDS[0]}"}"
            rest="${rest# }"
            mapfile -t COMPREPLY < <(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${#rest}]" "$rest" 2>/dev/null)" -- "$word")
        }
        complete -o default -F _backupctl backupctl
        """;

    private const string Zsh = """
        #compdef backupctl
        # zsh completion for backupctl. Load it with: source <(backupctl completion zsh)
        _backupctl() {
            local rest="${(j: :)words[2,CURRENT]}"
            local -a found
            found=("${(@f)$("${words[1]}" "[suggest:${#rest}]" "$rest" 2>/dev/null)}")
            compadd -- "${found[@]}"
        }
        compdef _backupctl backupctl
        """;

    private const string Fish = """
        # fish completion for backupctl. Load it with: backupctl completion fish | source
        function __backupctl_complete
            set -l words (commandline -opc)
            set -l rest (string join ' ' -- $words[2..] (commandline -ct))
            $words[1] "[suggest:"(string length -- "$rest")"]" "$rest" 2>/dev/null
        end
        complete -c backupctl -f -a '(__backupctl_complete)'
        """;

    public static Command Create(CommandContext context)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new VerbCommand("completion", "Prints a script with which a shell completes commands and options.") { shell };
        command.SetAction((parsed, cancellationToken) => RunAsync(context.Terminal, parsed.GetValue(shell)!));
        return command;
    }

    public static async Task<int> RunAsync(Terminal terminal, string shell)
    {
        await terminal.Out.WriteLineAsync(shell switch
        {
            "bash" => Bash,
            "zsh" => Zsh,
            _ => Fish,
        });
        return ExitCodes.Ok;
    }
}
