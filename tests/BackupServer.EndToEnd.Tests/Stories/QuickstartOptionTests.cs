using BackupServer.EndToEnd.Tests.Clusters;
using BackupServer.EndToEnd.Tests.Processes;

namespace BackupServer.EndToEnd.Tests.Stories;

/// <summary>Options of the quickstart that cannot be used are refused before anything is started or touched.</summary>
public sealed class QuickstartOptionTests : IDisposable
{
    private readonly string _directory = Scratch.Create("backupserver-e2e-options-");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("--manifests", "/nonexistent", "--manifests: there is no directory /nonexistent")]
    [InlineData("--data", "/dev/null", "--data: /dev/null cannot be used")]
    [InlineData("--location", "s3://bucket", "--location: 's3://bucket' is not understood")]
    [InlineData("--location", "file:///nonexistent", "--location: there is no directory /nonexistent")]
    [InlineData("--surprise", "x", "--surprise")]
    public async Task Option_that_cannot_be_used_is_named(string option, string value, string said)
    {
        var result = await RunAsync(option, value);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(said, result.Output);
        Assert.DoesNotContain("   at ", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a: [", "line ")]
    [InlineData("a: b", "apiVersion, kind and metadata.name are needed")]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}", "has a metadata.namespace")]
    [InlineData("", "holds no manifests")]
    public async Task Manifests_that_cannot_be_used_say_why(string yaml, string said)
    {
        await File.WriteAllTextAsync(Path.Combine(_directory, "a.yaml"), yaml, TestCluster.Ct);

        var result = await RunAsync("--manifests", _directory);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(said, result.Output);
        Assert.Contains(_directory, result.Output);
    }

    [Fact]
    public async Task Directory_with_the_files_of_somebody_else_is_left_alone()
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(_directory, "home")).FullName, "thesis.txt");
        await File.WriteAllTextAsync(file, "years of work", TestCluster.Ct);

        var result = await RunAsync("--data", _directory);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"--data: {_directory}/home is not empty and not from a run of the quickstart", result.Output);
        Assert.Equal("years of work", await File.ReadAllTextAsync(file, TestCluster.Ct));
    }

    [Fact]
    public async Task Directory_of_an_earlier_run_is_emptied_of_that_run_only()
    {
        await File.WriteAllTextAsync(Path.Combine(_directory, ".backupserver-quickstart"), "", TestCluster.Ct);
        var stale = Path.Combine(Directory.CreateDirectory(Path.Combine(_directory, "reference")).FullName, "stale");
        var other = Path.Combine(_directory, "other.txt");
        await File.WriteAllTextAsync(stale, "", TestCluster.Ct);
        await File.WriteAllTextAsync(other, "", TestCluster.Ct);

        await using var quickstart = ProgramProcess.StartOurs(Programs.Quickstart, Path.Combine(_directory, "quickstart.log"), "--data", _directory);
        await Eventually.HoldsAsync(() => quickstart.HasExited || Directory.Exists(Path.Combine(_directory, "home")), "it does not begin");

        Assert.False(quickstart.HasExited);
        Assert.False(File.Exists(stale));
        Assert.True(File.Exists(other));
    }

    private Task<ProgramResult> RunAsync(params string[] arguments) => ProgramProcess.RunAsync(ProgramProcess.Dotnet, [Programs.Quickstart, .. arguments]);
}
