using System.Text;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Repositories;

/// <summary>Files with a pattern on each line, as stock restic reads them: <c>#</c> begins a comment, white space around a line does not count, variables are replaced.</summary>
internal static class PatternFile
{
    /// <summary>The patterns of some files.</summary>
    /// <exception cref="CommandException">One cannot be read.</exception>
    public static IReadOnlyList<string> Read(IEnumerable<string> files, Terminal terminal) => [.. files.SelectMany(file => Read(file, terminal))];

    private static IEnumerable<string> Read(string file, Terminal terminal)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"the file of patterns cannot be read: {e.Message}", inner: e);
        }

        return lines.Select(static line => line.Trim()).Where(static line => line.Length > 0 && line[0] != '#').Select(line => Expand(line, terminal.Variable));
    }

    /// <summary>Replaces <c>$NAME</c> and <c>${NAME}</c>; <c>$$</c> is a dollar sign.</summary>
    public static string Expand(string line, Func<string, string?> variable)
    {
        var text = new StringBuilder();
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] != '$' || i + 1 == line.Length)
            {
                text.Append(line[i]);
                continue;
            }

            var braces = line[i + 1] == '{' ? line.IndexOf('}', i + 1) : -1;
            if (line[i + 1] == '$')
            {
                text.Append('$');
                i++;
            }
            else if (braces > 0)
            {
                text.Append(variable(line[(i + 2)..braces]));
                i = braces;
            }
            else
            {
                var name = line.AsSpan(i + 1);
                var length = name.IndexOfAnyExcept(NameCharacters);
                length = length < 0 ? name.Length : length;
                text.Append(length == 0 ? "$" : variable(name[..length].ToString()));
                i += length;
            }
        }

        return text.ToString();
    }

    private static readonly System.Buffers.SearchValues<char> NameCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
}
