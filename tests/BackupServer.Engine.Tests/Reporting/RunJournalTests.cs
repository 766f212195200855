using BackupServer.Engine.Reporting;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupServer.Engine.Tests.Reporting;

public sealed class RunJournalTests
{
    private readonly RunJournal _journal = new(TimeProvider.System, NullLogger.Instance, "backup b1");

    [Fact]
    public void Errors_beyond_those_that_are_listed_are_counted()
    {
        for (var i = 0; i < 6000; i++)
        {
            _journal.Error($"pods shop/p-{i}", "refused");
            _journal.Warn($"pods shop/p-{i}", "odd");
        }

        Assert.Equal((6000, 6000), (_journal.ErrorCount, _journal.WarningCount));
        Assert.Equal((5001, 5001), (_journal.Errors.Count, _journal.Warnings.Count));
        Assert.StartsWith("and 1000 more errors", _journal.Errors[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Unprotected_is_listed_up_to_ten_and_the_rest_is_counted()
    {
        for (var i = 0; i < 5; i++)
        {
            _journal.Loss($"pods shop/lost-{i}", "unreadable");
            _journal.Spare($"pods shop/spared-{i}", "left out");
        }

        var ten = _journal.Unprotected;
        _journal.Loss("pods shop/last", "unreadable");

        Assert.Equal(10, ten.Count);
        Assert.Equal(11, _journal.UnprotectedCount);
        Assert.StartsWith("and 1 more", _journal.Unprotected[^1].Text, StringComparison.Ordinal);
        Assert.Equal((11, 6), (_journal.Unprotected.Count, _journal.ErrorCount));
    }

    [Fact]
    public void Message_that_is_not_about_anything_is_only_its_text() => Assert.Equal("and 1 more", new RunMessage("", "and 1 more").ToString());
}
