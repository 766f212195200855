using System.Text.Json.Nodes;

namespace BackupServer.Cli.Output;

/// <summary>Prints the log of a run, which is stored as one JSON object a line.</summary>
internal static class RunLog
{
    /// <summary>Prints it for people, or as it is stored.</summary>
    public static async Task WriteAsync(Stream log, bool json, TextWriter output, CancellationToken cancellationToken)
    {
        using var lines = new StreamReader(log);
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            await output.WriteLineAsync(json ? line : Readable(line));
        }
    }

    private static string Readable(string line)
    {
        var entry = JsonNode.Parse(line)!;
        var about = (string?)entry["about"] is { Length: > 0 } subject ? subject + ": " : "";
        return $"{(string?)entry["time"]} {((string?)entry["level"] ?? "").ToUpperInvariant(),-11} {about}{(string?)entry["text"]}";
    }
}
