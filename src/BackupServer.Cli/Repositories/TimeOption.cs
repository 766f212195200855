using System.CommandLine;
using System.Globalization;

namespace BackupServer.Cli.Repositories;

/// <summary>Options that are moments: <c>2026-05-01</c>, <c>2026-05-01 14:30</c>, <c>2026-05-01T14:30:00Z</c>; without a zone in that of this machine.</summary>
internal static class TimeOption
{
    /// <summary>Declares one; null when it was not given.</summary>
    public static Option<DateTimeOffset?> Create(string description, string name, params string[] aliases) => new(name, aliases)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result =>
        {
            if (DateTimeOffset.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var time))
            {
                return time;
            }

            result.AddError($"{name} must be a time such as 2026-05-01, '2026-05-01 14:30:00' or 2026-05-01T14:30:00Z");
            return null;
        },
    };
}
