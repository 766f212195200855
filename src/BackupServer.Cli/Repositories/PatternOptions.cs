using System.CommandLine;
using BackupServer.Cli.Running;
using BackupServer.Repository.Files;

namespace BackupServer.Cli.Repositories;

/// <summary>Options with patterns over paths, on the command line or in files, with and without regard to case: <c>--exclude</c> and its kin.</summary>
internal sealed class PatternOptions(string verb, string letter, string what)
{
    private readonly Option<string[]> _patterns = Patterns($"--{verb}", $"{what} (*, ?, [a-z], ** over directories; a later ! brings back); may be repeated", "PATTERN", $"-{letter}");
    private readonly Option<string[]> _ignoringCase = Patterns($"--i{verb}", $"as --{verb}, taking upper and lower case for the same", "PATTERN");
    private readonly Option<string[]> _files = Patterns($"--{verb}-file", $"file with a pattern for --{verb} on each line; may be repeated", "FILE");
    private readonly Option<string[]> _filesIgnoringCase = Patterns($"--i{verb}-file", $"as --{verb}-file, taking upper and lower case for the same", "FILE");

    /// <summary>Declares the options.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _patterns, _ignoringCase, _files, _filesIgnoringCase })
        {
            command.Add(option);
        }
    }

    /// <summary>The patterns whose case counts.</summary>
    public IReadOnlyList<string> Read(ParseResult parsed, Terminal terminal) => Check([.. parsed.GetValue(_patterns) ?? [], .. PatternFile.Read(parsed.GetValue(_files) ?? [], terminal)]);

    /// <summary>The others.</summary>
    public IReadOnlyList<string> ReadIgnoringCase(ParseResult parsed, Terminal terminal) =>
        Check([.. parsed.GetValue(_ignoringCase) ?? [], .. PatternFile.Read(parsed.GetValue(_filesIgnoringCase) ?? [], terminal)]);

    private static IReadOnlyList<string> Check(IReadOnlyList<string> patterns)
    {
        try
        {
            _ = new PathPatterns(patterns);
            return patterns;
        }
        catch (FormatException e)
        {
            throw CommandException.Usage(e.Message);
        }
    }

    private static Option<string[]> Patterns(string name, string description, string helpName, params string[] aliases) =>
        new(name, aliases) { Description = description, HelpName = helpName };
}
