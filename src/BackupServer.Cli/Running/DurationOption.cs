using System.CommandLine;
using BackupServer.Abstractions.Objects;

namespace BackupServer.Cli.Running;

/// <summary>Options that are durations as Go writes them: <c>72h</c>, <c>1h30m</c>, <c>0s</c>.</summary>
internal static class DurationOption
{
    /// <summary>Declares one; null when it was not given.</summary>
    public static Option<TimeSpan?> Optional(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "DURATION",
        CustomParser = result =>
        {
            if (result.Tokens is [var token] && GoDuration.TryParse(token.Value, out var value))
            {
                return value;
            }

            result.AddError($"{name} must be a duration such as 90s, 12h or 1h30m");
            return null;
        },
    };
}
