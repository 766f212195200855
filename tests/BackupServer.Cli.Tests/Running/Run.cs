using System.Text;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Tests.Running;

/// <summary>One run of the program in this process: what it returned and wrote.</summary>
internal sealed record Run(int Code, string Out, string Error, byte[] Bytes)
{
    public static async Task<Run> Async(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? variables = null, string? answer = null, bool interactive = false, byte[]? input = null)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var binary = new MemoryStream();
        var terminal = new Terminal
        {
            Out = output,
            Error = error,
            In = new StringReader(answer ?? ""),
            OpenBinaryOut = () => binary,
            OpenBinaryIn = () => new MemoryStream(input ?? []),
            CanAnswer = answer is not null,
            IsInteractive = interactive,
            Variable = name => variables?.GetValueOrDefault(name),
        };
        var code = await Backupctl.RunAsync(arguments, terminal, TimeProvider.System, TestContext.Current.CancellationToken);
        return new Run(code, output.ToString(), error.ToString(), binary.ToArray());
    }

    public override string ToString() => new StringBuilder().AppendLine($"exit code {Code}").AppendLine(Out).AppendLine(Error).ToString();
}
