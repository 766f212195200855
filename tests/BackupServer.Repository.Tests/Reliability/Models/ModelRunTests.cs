using System.Globalization;

namespace BackupServer.Repository.Tests.Reliability.Models;

public sealed class ModelRunTests
{
    private static int Number(string variable, int otherwise) =>
        int.Parse(Environment.GetEnvironmentVariable(variable) ?? otherwise.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    [Fact]
    public async Task Repository_and_model_agree_after_every_random_step()
    {
        int steps = Number("BACKUPSERVER_MODEL_STEPS", 300);
        int seed = Number("BACKUPSERVER_MODEL_SEED", 1);
        using ModelRun run = new(seed);
        await run.BeginAsync();

        for (int step = 0; step < steps; step++)
        {
            Exception? wrong = await Record.ExceptionAsync(run.StepAsync);
            Assert.True(wrong is null, $"seed {seed}, step {step}: {wrong}");
        }

        await run.FinishAsync();
        TestContext.Current.TestOutputHelper!.WriteLine(string.Join(", ", run.Steps.Select(static step => $"{step.Value.Done} × {step.Key} ({step.Value.Failed} failed)")));
        Assert.All(run.Steps, static step => Assert.True(step.Value.Failed < step.Value.Done, $"{step.Key} never succeeded"));
    }
}
