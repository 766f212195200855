using System.Text;
using BackupServer.Cli.Running;

namespace BackupServer.Cli.Repositories;

/// <summary>Splits a command line into words as a shell does: blanks separate, <c>'…'</c> and <c>"…"</c> hold together, a backslash takes the next character as it is.</summary>
internal static class CommandWords
{
    /// <summary>The words.</summary>
    /// <exception cref="CommandException">A quotation or a backslash has no end.</exception>
    public static IReadOnlyList<string> Split(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var isWord = false;
        var quote = '\0';
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            switch (c)
            {
                case '\\' when quote != '\'':
                    word.Append(++i < line.Length ? line[i] : throw Unfinished());
                    isWord = true;
                    break;
                case '\'' or '"' when quote == '\0':
                    (quote, isWord) = (c, true);
                    break;
                case var _ when c == quote:
                    quote = '\0';
                    break;
                case ' ' or '\t' or '\n' when quote == '\0':
                    End();
                    break;
                default:
                    word.Append(c);
                    isWord = true;
                    break;
            }
        }

        if (quote != '\0')
        {
            throw Unfinished();
        }

        End();
        return words;

        void End()
        {
            if (isWord)
            {
                words.Add(word.ToString());
            }

            word.Clear();
            isWord = false;
        }

        static CommandException Unfinished() => CommandException.Usage("the password command has a quotation mark or a backslash without its end");
    }
}
