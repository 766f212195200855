using System.Globalization;

namespace BackupServer.Repository.Tests.Reliability.Kills;

public sealed class KillTests
{
    private static int Number(string variable, int otherwise) =>
        int.Parse(Environment.GetEnvironmentVariable(variable) ?? otherwise.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    [Fact]
    public async Task Killed_at_any_moment_each_command_finishes_when_it_is_run_again_and_nothing_is_lost()
    {
        int kills = Number("BACKUPSERVER_KILLS", 12);
        using KillRun run = new(Number("BACKUPSERVER_KILLS_SEED", 1));
        await run.BeginAsync();

        for (int kill = 0; kill < kills; kill++)
        {
            await run.KillAsync(kill);
        }

        await run.FinishAsync();
        TestContext.Current.TestOutputHelper!.WriteLine(string.Join(", ", run.Kills.Select(static kill => $"{kill.Value} × {kill.Key}")));
        Assert.True(run.Kills.Values.Sum() >= kills / 3, "most processes were done before they were killed");
    }
}
