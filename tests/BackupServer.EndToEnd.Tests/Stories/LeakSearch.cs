using System.Text;

namespace BackupServer.EndToEnd.Tests.Stories;

/// <summary>Looks for secrets as they are, and as base64 at each of its three alignments.</summary>
internal sealed class LeakSearch(IReadOnlyCollection<KnownSecret> secrets)
{
    private readonly List<(string Name, byte[] Needle)> _needles = [.. secrets.SelectMany(Needles)];

    /// <summary>Searches all files below directories.</summary>
    public (int Files, List<string> Leaks) InFiles(IEnumerable<string> directories)
    {
        var (files, leaks) = (0, new List<string>());
        foreach (var file in directories.SelectMany(d => Directory.EnumerateFiles(d, "*", SearchOption.AllDirectories)))
        {
            files++;
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var content = new byte[stream.Length];
            var length = stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            leaks.AddRange(In(file, content.AsSpan(0, length)));
        }

        return (files, leaks);
    }

    /// <summary>Searches a text.</summary>
    public List<string> InText(string where, string text) => In(where, Encoding.UTF8.GetBytes(text));

    private List<string> In(string where, ReadOnlySpan<byte> content)
    {
        var leaks = new List<string>();
        foreach (var (name, needle) in _needles)
        {
            if (content.IndexOf(needle) >= 0)
            {
                leaks.Add($"{name} is in {where}");
            }
        }

        return leaks;
    }

    private static IEnumerable<(string Name, byte[] Needle)> Needles(KnownSecret secret)
    {
        yield return (secret.Name, Encoding.UTF8.GetBytes(secret.Value));
        for (var before = 0; before < 3; before++)
        {
            // What precedes the value shifts its base64; the characters at both ends depend on neighbours and are left off.
            var shifted = Convert.ToBase64String([.. new byte[before], .. Encoding.UTF8.GetBytes(secret.Value)]).TrimEnd('=');
            yield return ($"{secret.Name} (base64)", Encoding.ASCII.GetBytes(shifted[(before == 0 ? 0 : 4)..^2]));
        }
    }
}
