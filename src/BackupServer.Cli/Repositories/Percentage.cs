using System.CommandLine;
using System.Globalization;

namespace BackupServer.Cli.Repositories;

/// <summary>Options that are parts of a whole: <c>5%</c>, <c>2.5%</c>, <c>unlimited</c>.</summary>
internal static class Percentage
{
    /// <summary>Declares one, as a fraction; null when it was not given.</summary>
    public static Option<double?> Option(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "N%",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (text == "unlimited")
            {
                return double.PositiveInfinity;
            }

            if (text.EndsWith('%') && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent))
            {
                return percent / 100;
            }

            result.AddError($"{name} must be a percentage such as 5%");
            return null;
        },
    };
}
