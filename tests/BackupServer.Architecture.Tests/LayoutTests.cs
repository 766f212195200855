using System.Text.RegularExpressions;

namespace BackupServer.Architecture.Tests;

/// <summary>Folder = namespace, and every project says what it is.</summary>
public sealed partial class LayoutTests
{
    public static TheoryData<string> ProductFolders => [.. RepositoryRoot.Projects
        .Select(p => Path.GetRelativePath(RepositoryRoot.Path, Path.GetDirectoryName(p)!)).Where(f => !f.StartsWith("tests", StringComparison.Ordinal)).Order()];

    [Theory]
    [MemberData(nameof(ProductFolders))]
    public void Namespaces_follow_the_folders(string folder)
    {
        var project = Path.GetFileName(folder);
        foreach (var source in RepositoryRoot.Sources(folder))
        {
            var declared = NamespaceLine().Match(File.ReadAllText(source)).Groups["name"].Value;
            var expected = string.Join('.', Path.GetRelativePath(Path.Combine(RepositoryRoot.Path, folder), Path.GetDirectoryName(source)!)
                .Split('/').Where(p => p != ".").Prepend(project));

            Assert.True(declared.Length == 0 ? Path.GetFileName(source) is "Program.cs" or "AssemblyInfo.cs" : declared == expected, $"{source} declares {declared}; its folder says {expected}");
        }
    }

    [Theory]
    [MemberData(nameof(ProductFolders))]
    public void Every_project_has_a_README_of_at_most_a_screen(string folder)
    {
        var readme = Path.Combine(RepositoryRoot.Path, folder, "README.md");

        Assert.True(File.Exists(readme), $"{folder} has no README.md");
        Assert.InRange(File.ReadAllLines(readme).Length, 3, 70);
    }

    [Fact]
    public void Paths_named_in_READMEs_exist()
    {
        var readmes = RepositoryRoot.Projects.Select(p => Path.Combine(Path.GetDirectoryName(p)!, "README.md")).Where(File.Exists)
            .Append(Path.Combine(RepositoryRoot.Path, "README.md")).Append(Path.Combine(RepositoryRoot.Path, "docs", "design.md")).Where(File.Exists);
        foreach (var readme in readmes)
        {
            foreach (Match match in RepositoryPath().Matches(File.ReadAllText(readme)))
            {
                var path = Path.Combine(RepositoryRoot.Path, match.Groups["path"].Value);
                Assert.True(File.Exists(path) || Directory.Exists(path), $"{readme} names {match.Groups["path"].Value}, which does not exist");
            }
        }
    }

    [Fact]
    public void Types_that_the_page_of_the_format_names_exist()
    {
        var sources = RepositoryRoot.Sources("src/BackupServer.Repository").Select(static source => Path.GetFileNameWithoutExtension(source)).ToHashSet();
        var page = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "src", "BackupServer.Repository", "Format.md"));

        var named = TypeName().Matches(page).Select(static match => match.Groups["name"].Value).Distinct().ToList();

        Assert.True(named.Count > 50, $"only {named.Count} types are named");
        Assert.Empty(named.Except(sources));
    }

    [Fact]
    public void Unsafe_code_of_the_file_engine_is_in_one_folder()
    {
        var elsewhere = RepositoryRoot.Sources("src/BackupServer.Repository")
            .Where(static source => !source.Contains("/Interop/", StringComparison.Ordinal) && UnsafeWord().IsMatch(File.ReadAllText(source)));

        Assert.Empty(elsewhere);
    }

    [GeneratedRegex("`(?<name>[A-Z][A-Za-z]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex TypeName();

    [GeneratedRegex(@"^[^/]*\bunsafe\b", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex UnsafeWord();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"`(?<path>(src|plugins|tests|charts|docs)/[\w./-]*[\w/])`", RegexOptions.ExplicitCapture)]
    private static partial Regex RepositoryPath();
}
