namespace BackupServer.Repository.Tests.Reliability.Matrix;

public sealed class MatrixTests
{
    [Theory]
    [InlineData("we write", new[] { true, true })]
    [InlineData("it writes", new[] { false, false })]
    [InlineData("both take turns", new[] { true, false })]
    public async Task Whoever_writes_both_find_nothing_wrong_after_every_operation(string who, bool[] turns)
    {
        using MatrixRun run = new();
        await run.InitAsync();
        int turn = 0;
        bool Next() => turns[turn++ % turns.Length];

        await run.BackUpAsync(Next());
        await run.BackUpAsync(Next());
        await run.RestoreAsync(ours: turn % 2 == 0 || !turns[1]);
        await run.RestoreAsync(ours: !(turn % 2 == 0 || !turns[1]));
        await run.TagAsync(Next(), "first");
        await run.ChangeKeyAsync(Next());
        await run.CopyAsync(Next());
        await run.BackUpAsync(Next());
        await run.ForgetAndPruneAsync(Next(), keep: 2);
        await run.CopyAsync(Next());
        await run.TagAsync(Next(), "second");
        await run.ForgetAndPruneAsync(Next(), keep: 1);
        await run.RestoreAsync(ours: true);
        await run.RestoreAsync(ours: false);

        Assert.NotEmpty(who);
    }
}
