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

    /// <summary>By the longest run of equal lines, then what is left and right of it; removals come before additions.</summary>
    private static List<(char Mark, string Text)> Lines(ReadOnlySpan<string> left, ReadOnlySpan<string> right)
    {
        var (leftAt, rightAt, length) = Longest(left, right);
        if (length == 0)
        {
            var lines = new List<(char, string)>();
            foreach (var line in left)
            {
                lines.Add(('-', line));
            }

            foreach (var line in right)
            {
                lines.Add(('+', line));
            }

            return lines;
        }

        var before = Lines(left[..leftAt], right[..rightAt]);
        foreach (var line in left.Slice(leftAt, length))
        {
            before.Add((' ', line));
        }

        before.AddRange(Lines(left[(leftAt + length)..], right[(rightAt + length)..]));
        return before;
    }

    /// <summary>Of runs of the same length the first of the left side, as the difference of the API server chooses.</summary>
    private static (int Left, int Right, int Length) Longest(ReadOnlySpan<string> left, ReadOnlySpan<string> right)
    {
        var best = (Left: 0, Right: 0, Length: 0);
        for (var i = 0; i < left.Length; i++)
        {
            for (var j = 0; j < right.Length; j++)
            {
                var length = left[i..].CommonPrefixLength(right[j..]);
                if (length > best.Length)
                {
                    best = (i, j, length);
                }
            }
        }

        return best;
    }
}
