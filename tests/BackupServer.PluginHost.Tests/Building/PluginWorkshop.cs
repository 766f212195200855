using System.Diagnostics;
using System.Text.RegularExpressions;

namespace BackupServer.PluginHost.Tests.Building;

/// <summary>Builds the tests' plugins once, in a temporary folder outside the solution, against the built contracts, as their authors would.</summary>
public sealed partial class PluginWorkshop : IAsyncLifetime
{
    private static readonly string Data = Path.Combine(AppContext.BaseDirectory, "data");
    private readonly string _root = Directory.CreateTempSubdirectory("backupserver-workshop-").FullName;

    /// <summary>Copies the outputs of some plugins into a plugin directory of their own.</summary>
    public string DirectoryOf(params string[] plugins)
    {
        var directory = Directory.CreateDirectory(Path.Combine(_root, "hosts", Guid.NewGuid().ToString("N"))).FullName;
        foreach (var plugin in plugins)
        {
            var target = Directory.CreateDirectory(Path.Combine(directory, plugin)).FullName;
            foreach (var file in Directory.EnumerateFiles(Path.Combine(_root, "sources", plugin, "bin", "Release", "net10.0")))
            {
                File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
            }
        }

        return directory;
    }

    public async ValueTask InitializeAsync()
    {
        var sources = Directory.CreateDirectory(Path.Combine(_root, "sources")).FullName;
        File.Copy(Path.Combine(Data, "All.proj.txt"), Path.Combine(sources, "All.proj"));
        foreach (var source in Directory.EnumerateFiles(Data, "*.cs"))
        {
            var name = Path.GetFileNameWithoutExtension(source);
            var project = name == "Polly.Core" ? "Library.csproj.txt" : "Plugin.csproj.txt";
            Write(sources, name, File.ReadAllText(Path.Combine(Data, project)), File.ReadAllText(source));
        }

        // The sample is what the README shows, word for word.
        var readme = File.ReadAllText(Path.Combine(Data, "README.md"));
        Write(sources, "Sample", Block(readme, "xml"), Block(readme, "csharp"));
        await BuildAsync(sources);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_root, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static void Write(string sources, string name, string project, string code)
    {
        var folder = Directory.CreateDirectory(Path.Combine(sources, name)).FullName;
        File.WriteAllText(Path.Combine(folder, name + ".csproj"), project);
        File.WriteAllText(Path.Combine(folder, name + ".cs"), code);
    }

    private static string Block(string readme, string language) =>
        CodeBlock().Matches(readme).Single(match => match.Groups["language"].Value == language).Groups["code"].Value;

    private static async Task BuildAsync(string sources)
    {
        var token = TestContext.Current.CancellationToken;
        var start = new ProcessStartInfo("dotnet", ["msbuild", "All.proj", $"-p:BackupServer={AppContext.BaseDirectory}", "-nologo", "-v:q", "-nodeReuse:false", "-m:2"])
        {
            WorkingDirectory = sources,
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        using var build = Process.Start(start)!;
        var output = await build.StandardOutput.ReadToEndAsync(token);
        await build.WaitForExitAsync(token);
        Assert.True(build.ExitCode == 0, output);
    }

    [GeneratedRegex("^```(?<language>\\w+)\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex CodeBlock();
}
