using System.CommandLine;
using BackupServer.Cli.Running;
using BackupServer.Repository.Forgetting;

namespace BackupServer.Cli.Commands.Repositories;

/// <summary>Options that say what to keep, with the names and meanings of stock restic.</summary>
internal sealed class RetentionOptions
{
    private readonly Option<int> _last = Count("--keep-last", "the newest N");
    private readonly Option<int> _hourly = Count("--keep-hourly", "the newest of each of the last N hours that have any");
    private readonly Option<int> _daily = Count("--keep-daily", "… days");
    private readonly Option<int> _weekly = Count("--keep-weekly", "… weeks");
    private readonly Option<int> _monthly = Count("--keep-monthly", "… months");
    private readonly Option<int> _yearly = Count("--keep-yearly", "… years");
    private readonly Option<RetentionPeriod> _within = Period("--keep-within", "all within a period such as 1y6m or 14d");
    private readonly Option<RetentionPeriod> _withinHourly = Period("--keep-within-hourly", "the newest of each hour within a period");
    private readonly Option<RetentionPeriod> _withinDaily = Period("--keep-within-daily", "… day");
    private readonly Option<RetentionPeriod> _withinWeekly = Period("--keep-within-weekly", "… week");
    private readonly Option<RetentionPeriod> _withinMonthly = Period("--keep-within-monthly", "… month");
    private readonly Option<RetentionPeriod> _withinYearly = Period("--keep-within-yearly", "… year");
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

    private static Option<int> Count(string name, string description) => new(name)
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
