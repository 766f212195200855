using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas.Kinds;

/// <summary>The difference of two trees as refusals show it: unified, three lines of context, objects indented by one blank.</summary>
internal static class UnifiedDiff
{
    private const int Around = 3;
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        IndentSize = 1,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The hunks, each line ended by a newline; empty when nothing differs.</summary>
    public static string Of(JsonNode old, JsonNode changed)
    {
        var left = old.ToJsonString(Indented).Split('\n');
        var right = changed.ToJsonString(Indented).Split('\n');
        var lines = Lines(left, right);
        var text = new StringBuilder();
        var at = 0;
        while ((at = lines.FindIndex(at, line => line.Mark != ' ')) >= 0)
        {
            var start = Math.Max(0, at - Around);
            var end = at;
            for (var next = at; next < lines.Count && next <= end + (2 * Around); next++)
            {
                end = lines[next].Mark != ' ' ? next : end;
            }

            Hunk(text, lines, start, Math.Min(lines.Count, end + Around + 1));
            at = end + 1;
        }

        return text.ToString();
    }

    private static void Hunk(StringBuilder text, List<(char Mark, string Text)> lines, int start, int end)
    {
        var oldStart = lines.Take(start).Count(line => line.Mark != '+') + 1;
        var newStart = lines.Take(start).Count(line => line.Mark != '-') + 1;
        var hunk = lines[start..end];
        text.Append($"@@ -{oldStart},{hunk.Count(line => line.Mark != '+')} +{newStart},{hunk.Count(line => line.Mark != '-')} @@\n");
        hunk.ForEach(line => text.Append(line.Mark).Append(line.Text).Append('\n'));
    }

    /// <summary>By the longest common subsequence; removals come before additions.</summary>
    private static List<(char Mark, string Text)> Lines(string[] left, string[] right)
    {
        var common = new int[left.Length + 1, right.Length + 1];
        for (var i = left.Length - 1; i >= 0; i--)
        {
            for (var j = right.Length - 1; j >= 0; j--)
            {
                common[i, j] = left[i] == right[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        var lines = new List<(char, string)>();
        int x = 0, y = 0;
        while (x < left.Length || y < right.Length)
        {
            if (x < left.Length && y < right.Length && left[x] == right[y])
            {
                lines.Add((' ', left[x++]));
                y++;
            }
            else if (x < left.Length && (y == right.Length || common[x + 1, y] >= common[x, y + 1]))
            {
                lines.Add(('-', left[x++]));
            }
            else
            {
                lines.Add(('+', right[y++]));
            }
        }

        return lines;
    }
}
