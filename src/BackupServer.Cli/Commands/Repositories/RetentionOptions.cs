using System.CommandLine;
using BackupServer.Cli.Running;
using BackupServer.Repository.Forgetting;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary>Options that say what to keep, with the names and meanings of stock restic.</summary>
internal sealed class RetentionOptions
{
    private readonly Option<int> _last = Count("--keep-last", "-l", "the newest N");
    private readonly Option<int> _hourly = Count("--keep-hourly", "-H", "the newest of each of the last N hours that have any");
    private readonly Option<int> _daily = Count("--keep-daily", "-d", "the newest of each of the last N days that have any");
    private readonly Option<int> _weekly = Count("--keep-weekly", "-w", "the newest of each of the last N weeks that have any");
    private readonly Option<int> _monthly = Count("--keep-monthly", "-m", "the newest of each of the last N months that have any");
    private readonly Option<int> _yearly = Count("--keep-yearly", "-y", "the newest of each of the last N years that have any");
    private readonly Option<RetentionPeriod> _within = Period("--keep-within", "all within a period such as 1y6m, 14d or 36h before the newest");
    private readonly Option<RetentionPeriod> _withinHourly = Period("--keep-within-hourly", "the newest of each hour within a period");
    private readonly Option<RetentionPeriod> _withinDaily = Period("--keep-within-daily", "the newest of each day within a period");
    private readonly Option<RetentionPeriod> _withinWeekly = Period("--keep-within-weekly", "the newest of each week within a period");
    private readonly Option<RetentionPeriod> _withinMonthly = Period("--keep-within-monthly", "the newest of each month within a period");
    private readonly Option<RetentionPeriod> _withinYearly = Period("--keep-within-yearly", "the newest of each year within a period");
    private readonly Option<List<string>?> _tags = ListOption.Create("--keep-tag", "all with one of these tags", "TAG,…");

    /// <summary>Declares the options.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[]
        {
            _last, _hourly, _daily, _weekly, _monthly, _yearly, _within, _withinHourly, _withinDaily, _withinWeekly, _withinMonthly, _withinYearly, _tags,
        })
        {
            command.Add(option);
        }
    }

    /// <summary>The policy that the options say.</summary>
    public RetentionPolicy Read(ParseResult parsed) => new()
    {
        KeepLast = parsed.GetValue(_last),
        KeepHourly = parsed.GetValue(_hourly),
        KeepDaily = parsed.GetValue(_daily),
        KeepWeekly = parsed.GetValue(_weekly),
        KeepMonthly = parsed.GetValue(_monthly),
        KeepYearly = parsed.GetValue(_yearly),
        KeepWithin = parsed.GetValue(_within),
        KeepWithinHourly = parsed.GetValue(_withinHourly),
        KeepWithinDaily = parsed.GetValue(_withinDaily),
        KeepWithinWeekly = parsed.GetValue(_withinWeekly),
        KeepWithinMonthly = parsed.GetValue(_withinMonthly),
        KeepWithinYearly = parsed.GetValue(_withinYearly),
        KeepTags = parsed.GetList(_tags) ?? [],
    };

    private static Option<int> Count(string name, string letter, string description) => new(name, letter)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (text == "unlimited")
            {
                return -1;
            }

            if (int.TryParse(text, out var count) && count is > 0 or -1)
            {
                return count;
            }

            result.AddError($"{name} must be a number above 0, or unlimited");
            return 0;
        },
    };

    private static Option<RetentionPeriod> Period(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "PERIOD",
        CustomParser = result =>
        {
            try
            {
                return RetentionPeriod.Parse(result.Tokens[0].Value);
            }
            catch (FormatException e)
            {
                result.AddError($"{name}: {e.Message}");
                return default;
            }
        },
    };
}
