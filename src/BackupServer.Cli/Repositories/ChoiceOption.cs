using System.CommandLine;

namespace BackupServer.Cli.Repositories;

/// <summary>Options that take one of a few words, each of which stands for a value.</summary>
internal static class ChoiceOption
{
    /// <summary>Declares one; the first word, which stands for the default value of its type, is what is meant where none is said.</summary>
    public static Option<T> Create<T>(string name, string description, string helpName, params (string Word, T Value)[] choices) => new(name)
    {
        Description = $"{description} (default: {choices[0].Word})",
        HelpName = helpName,
        CustomParser = result =>
        {
            foreach (var (word, value) in choices)
            {
                if (word == result.Tokens[0].Value)
                {
                    return value;
                }
            }

            result.AddError($"{name} must be {string.Join(", ", choices.SkipLast(1).Select(static choice => choice.Word))} or {choices[^1].Word}");
            return default!;
        },
    };
}
