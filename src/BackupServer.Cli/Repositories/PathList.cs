using System.Text;
using BackupServer.Cli.Running;
using BackupServer.Repository.Files;
using BackupServer.Repository.Nodes;

namespace BackupServer.Cli.Repositories;

/// <summary>Files that list paths to back up; <c>-</c> is standard input.</summary>
internal static class PathList
{
    /// <summary>A glob on each line; <c>#</c> begins a comment, empty lines and white space around a line do not count. One that matches nothing is told and left out.</summary>
    public static IEnumerable<string> ReadGlobs(IEnumerable<string> files, Terminal terminal)
    {
        foreach (var line in files.SelectMany(file => Lines(file, terminal)).Select(static line => line.Trim()).Where(static line => line.Length > 0 && line[0] != '#'))
        {
            var any = false;
            foreach (var path in Expand(line))
            {
                any = true;
                yield return path;
            }

            if (!any)
            {
                terminal.Error.WriteLine($"'{line}' matches no path");
            }
        }
    }

    /// <summary>A path on each line, as it is; empty lines do not count.</summary>
    public static IEnumerable<string> ReadVerbatim(IEnumerable<string> files, Terminal terminal) =>
        files.SelectMany(file => Lines(file, terminal)).Where(static line => line.Length > 0);

    /// <summary>Paths that each end with a zero byte, in whatever bytes they are.</summary>
    /// <exception cref="CommandException">One does not, or is empty.</exception>
    public static IEnumerable<RawName> ReadRaw(IEnumerable<string> files, Terminal terminal)
    {
        foreach (var file in files)
        {
            var rest = Read(file, terminal).AsMemory();
            while (!rest.IsEmpty)
            {
                var length = rest.Span.IndexOf((byte)0);
                if (length <= 0)
                {
                    throw new CommandException($"{file} is no list of paths that each end with a zero byte");
                }

                yield return new RawName(rest[..length].ToArray());
                rest = rest[(length + 1)..];
            }
        }
    }

    /// <summary>The existing paths that a glob means, in the order of names.</summary>
    private static IEnumerable<string> Expand(string glob)
    {
        IEnumerable<string> found = [glob.StartsWith('/') ? "/" : "."];
        foreach (var part in glob.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            found = part.AsSpan().IndexOfAny("*?[\\") < 0
                ? found.Select(directory => Path.Combine(directory, part)).Where(static path => Path.Exists(path) || new FileInfo(path).LinkTarget is not null)
                : found.Where(Directory.Exists).SelectMany(directory => Below(directory, PathGlob.Parse("/" + part)));
        }

        return found.ToList();
    }

    private static IEnumerable<string> Below(string directory, PathGlob glob) =>
        Directory.EnumerateFileSystemEntries(directory).Where(path => glob.IsMatch([new RawName(Path.GetFileName(path))])).Order(StringComparer.Ordinal);

    private static string[] Lines(string file, Terminal terminal) => Encoding.UTF8.GetString(Read(file, terminal)).TrimEnd('\n').Split('\n').Select(static line => line.TrimEnd('\r')).ToArray();

    private static byte[] Read(string file, Terminal terminal)
    {
        try
        {
            if (file != "-")
            {
                return File.ReadAllBytes(file);
            }

            using var input = terminal.OpenBinaryIn();
            using var content = new MemoryStream();
            input.CopyTo(content);
            return content.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"the list of paths cannot be read: {e.Message}", inner: e);
        }
    }
}
