using System.Xml.Linq;

namespace BackupServer.Architecture.Tests;

/// <summary>The dependency table of the design, as the project files must have it. A new arrow is a decision: it is made here first.</summary>
public sealed class DependencyTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Abstractions"] = [],
        ["Repository"] = [],
        ["DevCluster"] = [],
        ["Kubernetes"] = ["Abstractions"],
        ["PluginHost"] = ["Abstractions"],
        ["CrdGenerator"] = ["Abstractions"],
        ["Repository.ObjectStores"] = ["Abstractions", "Repository"],
        ["Engine"] = ["Abstractions", "Repository", "Repository.ObjectStores"],
        ["Server"] = ["Engine", "Kubernetes", "PluginHost"],
        ["Agent"] = ["Kubernetes", "PluginHost"],
        ["Cli"] = ["Kubernetes", "Repository", "Repository.ObjectStores", "PluginHost"],
        ["Quickstart"] = ["Kubernetes", "Repository"],
        ["Benchmarks"] = ["Repository"],
        ["Plugins.FileSystem"] = ["Abstractions"],
        ["Plugins.FileCopy"] = ["Abstractions", "Repository", "Repository.ObjectStores"],
    };

    public static TheoryData<string> Products => [.. RepositoryRoot.Projects
        .Select(p => Path.GetFileNameWithoutExtension(p)).Where(n => !n.EndsWith(".Tests", StringComparison.Ordinal)).Order()];

    [Theory]
    [MemberData(nameof(Products))]
    public void Project_references_only_what_the_design_allows(string project)
    {
        var file = RepositoryRoot.Projects.Single(p => Path.GetFileNameWithoutExtension(p) == project);
        var references = XDocument.Load(file).Descendants("ProjectReference")
            .Where(r => (string?)r.Attribute("ReferenceOutputAssembly") != "false")
            .Select(r => Short(Path.GetFileNameWithoutExtension((string)r.Attribute("Include")!)));

        Assert.True(Allowed.TryGetValue(Short(project), out var allowed), $"{project} is not in the dependency table");
        Assert.Empty(references.Except(allowed!));
    }

    [Fact]
    public void Abstractions_force_one_package_on_plugin_authors()
    {
        var file = RepositoryRoot.Projects.Single(p => p.EndsWith("/BackupServer.Abstractions.csproj", StringComparison.Ordinal));

        var packages = XDocument.Load(file).Descendants("PackageReference").Select(r => (string)r.Attribute("Include")!);

        Assert.Equal(["Microsoft.Extensions.Logging.Abstractions"], packages);
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "BackupServer.sln"));

        var missing = RepositoryRoot.Projects
            .Select(p => Path.GetFileNameWithoutExtension(p)).Where(n => !solution.Contains($"\"{n}\"", StringComparison.Ordinal)).ToList();

        Assert.Empty(missing);
    }

    private static string Short(string project) => project["BackupServer.".Length..];
}
