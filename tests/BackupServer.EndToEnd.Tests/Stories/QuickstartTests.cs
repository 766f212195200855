using System.Text;
using BackupServer.Abstractions.Objects;

namespace BackupServer.EndToEnd.Tests.Stories;

/// <summary>The first thing a newcomer runs, as he runs it.</summary>
public sealed class QuickstartTests(QuickstartRun run) : IClassFixture<QuickstartRun>
{
    private static readonly string[] SampleSecrets = ["correct-horse-battery-staple", "not-a-real-secret"];

    [Fact]
    public void Quickstart_ends_with_everything_identical()
    {
        Assert.True(run.Result.ExitCode == 0, run.Result.Output);

        var lines = run.Result.Output.Trim().Split('\n');
        Assert.Contains(lines, l => System.Text.RegularExpressions.Regex.IsMatch(l, "^verified: [0-9]+ objects, [0-9]+ files, [0-9]+ bytes identical$"));
    }

    [Fact]
    public async Task Stock_restic_finds_nothing_wrong_with_the_quickstarts_repositories()
    {
        var repositories = run.Repositories();

        Assert.Contains(repositories, r => r.EndsWith("/repositories/manifests", StringComparison.Ordinal));
        Assert.Contains(repositories, r => r.EndsWith("/repositories/volumes/shop", StringComparison.Ordinal));
        foreach (var repository in repositories)
        {
            var check = (await run.ResticAsync(repository, "check", "--read-data")).Succeeded();
            Assert.Contains("no errors were found", check);
        }
    }

    [Fact]
    public async Task Stock_restic_dumps_objects_as_json_one_a_line()
    {
        var manifests = run.Repositories().Single(r => r.EndsWith("/repositories/manifests", StringComparison.Ordinal));

        var dump = (await run.ResticAsync(manifests, "dump", "latest", "/resources/configmaps/namespaces/shop.jsonl")).Succeeded();

        var objects = dump.Trim().Split('\n').Select(line => RawObject.Parse(Encoding.UTF8.GetBytes(line))).ToList();
        Assert.All(objects, o => Assert.Equal(("ConfigMap", "shop"), (o.Kind, o.Metadata.Namespace)));
        Assert.Contains(objects, o => o.Metadata.Name == "prices");
    }

    [Fact]
    public void No_secret_is_in_the_location_or_in_any_log()
    {
        var secrets = SampleSecrets.Append(run.Password).Select(s => new KnownSecret("secret " + s[..4] + "…", s)).ToList();

        var found = new LeakSearch(secrets).InFiles([run.Location, .. Directory.GetDirectories(run.Data, "logs", SearchOption.AllDirectories)]);

        Assert.True(found.Files > 10, "nothing was searched");
        Assert.Empty(found.Leaks);
        Assert.Empty(new LeakSearch(secrets).InText("the quickstart's own output", run.Result.Output));
    }
}
