using System.Globalization;
using System.Text;

namespace BackupServer.DevCluster.Nodes;

/// <summary>Reads a container's log as <c>kubectl logs</c> shows it.</summary>
internal static class LogReader
{
    /// <summary>Writes the asked lines to the target; with follow until the log is closed.</summary>
    /// <param name="path">The log file.</param>
    /// <param name="writing">The log while its container runs, else null.</param>
    /// <param name="query">What to show.</param>
    /// <param name="target">Where to.</param>
    /// <param name="cancellationToken">The reader went away.</param>
    public static async Task CopyAsync(string path, ContainerLog? writing, LogQuery query, Stream target, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(file, Encoding.Latin1);
        var left = query.LimitBytes ?? long.MaxValue;
        var first = true;
        while (true)
        {
            // Asked before reading: what is written afterwards completes this one.
            var changed = writing?.Changed;
            var closed = writing?.IsClosed ?? true;
            var lines = new List<byte[]>();
            while (await ReadEntryAsync(reader, cancellationToken) is { } entry)
            {
                if (Show(entry, query) is { } shown) lines.Add(shown);
            }

            if (first && query.TailLines is { } tail) lines = lines.TakeLast(tail).ToList();
            first = false;
            foreach (var line in lines)
            {
                var part = line.AsMemory(0, (int)Math.Min(line.Length, left));
                await target.WriteAsync(part, cancellationToken);
                left -= part.Length;
                if (left <= 0) return;
            }

            await target.FlushAsync(cancellationToken);
            if (!query.Follow || closed) return;
            await changed!.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Only whole entries: a writer may be in the middle of the last one.</summary>
    private static async Task<string?> ReadEntryAsync(StreamReader reader, CancellationToken cancellationToken) =>
        await reader.ReadLineAsync(cancellationToken);

    private static byte[]? Show(string entry, LogQuery query)
    {
        var time = entry.IndexOf(' ');
        var stream = time < 0 ? -1 : entry.IndexOf(' ', time + 1);
        var tag = stream < 0 ? -1 : entry.IndexOf(' ', stream + 1);
        if (tag < 0) return null;
        if (query.Since is { } since && DateTimeOffset.TryParse(entry.AsSpan(0, time), CultureInfo.InvariantCulture, out var at) && at < since) return null;
        var text = entry[(tag + 1)..] + (entry[tag - 1] == 'F' ? "\n" : string.Empty);
        return Encoding.Latin1.GetBytes(query.Timestamps ? string.Concat(entry.AsSpan(0, time + 1), text) : text);
    }

    private static IEnumerable<T> TakeLast<T>(this List<T> items, long count) => items.Skip((int)Math.Max(0, items.Count - count));
}
