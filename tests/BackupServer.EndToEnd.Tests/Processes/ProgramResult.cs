namespace BackupServer.EndToEnd.Tests.Processes;

/// <summary>What came of a program.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">All it printed, both streams.</param>
internal sealed record ProgramResult(int ExitCode, string Output)
{
    /// <summary>Its output, if it succeeded.</summary>
    public string Succeeded()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}: {Output}");
        return Output;
    }
}
