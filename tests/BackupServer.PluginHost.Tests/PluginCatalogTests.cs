using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Plugins.ItemActions;
using BackupServer.PluginHost.Tests.Building;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupServer.PluginHost.Tests;

public sealed class PluginCatalogTests(PluginWorkshop workshop)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_sample_of_the_README_built_outside_the_solution_works()
    {
        using var catalog = await LoadAsync("Sample");

        var action = Assert.Single(catalog.BackupItemActions);
        var result = await action.ExecuteAsync(new BackupItem(
            new ResourceType { Resource = new GroupVersionResource("", "v1", "configmaps"), Kind = "ConfigMap", Namespaced = true },
            RawObject.From(JsonNode.Parse("""{"kind":"ConfigMap","metadata":{"name":"c","annotations":{"a":"b"}}}""")!),
            "backup"), Token);
        Assert.Empty(catalog.Failures);
        Assert.Equal("Sample", action.Name);
        Assert.Null(result.Changed!["metadata"]!["annotations"]);
    }

    [Theory]
    [InlineData("ThrowsInConstructor", "its constructor threw InvalidOperationException: no licence file")]
    [InlineData("ThrowsInRegister", "Register threw NotSupportedException: not on a Friday")]
    [InlineData("NoAttribute", "it has no [assembly: Plugin(")]
    [InlineData("NoPlugin", "its entry type NoPlugin does not implement IPlugin")]
    [InlineData("OldContract", "it was built for version 0 of the plugin contract, and this host has version 1: install a newer build")]
    public async Task A_broken_plugin_is_named_with_a_plain_reason_and_hurts_no_other(string broken, string reason)
    {
        using var catalog = await LoadAsync(broken, "Sample");

        var failure = Assert.Single(catalog.Failures);
        Assert.Equal(broken, failure.Name);
        Assert.StartsWith(reason, failure.Reason);
        Assert.Equal("Sample", Assert.Single(catalog.Plugins).Name);
    }

    [Fact]
    public async Task A_plugin_that_hangs_while_it_registers_is_given_up_and_hurts_no_other()
    {
        var first = 0;
        var time = new HurriedTime { IsHurried = _ => first++ == 0 };

        using var catalog = await LoadDirectoryAsync(workshop.DirectoryOf("HangsInRegister", "Sample"), time);

        var failure = Assert.Single(catalog.Failures);
        Assert.Equal("HangsInRegister", failure.Name);
        Assert.StartsWith("its constructor or Register did not return within 60 s", failure.Reason);
        Assert.Equal("Sample", Assert.Single(catalog.Plugins).Name);
    }

    [Fact]
    public async Task A_plugin_keeps_its_own_version_of_a_library_that_the_host_has_too()
    {
        Assert.NotEqual(new Version(1, 2, 3, 0), typeof(Polly.ResiliencePipeline).Assembly.GetName().Version);

        using var catalog = await LoadAsync("OwnLibrary");

        Assert.Equal("private library of version 1.2.3.0", Assert.Single(catalog.Plugins).Name);
    }

    [Fact]
    public async Task A_plugin_without_its_library_is_refused_although_the_host_has_one_of_that_name()
    {
        var directory = workshop.DirectoryOf("ForgottenLibrary");
        File.Delete(Path.Combine(directory, "ForgottenLibrary", "Polly.Core.dll"));

        using var catalog = await LoadDirectoryAsync(directory);

        Assert.StartsWith("it needs the library Polly.Core, Version=1.2.3.0, which is not in its folder", Assert.Single(catalog.Failures).Reason);
    }

    [Fact]
    public async Task A_name_that_is_taken_is_refused_and_the_first_stays()
    {
        using var catalog = await LoadAsync("Misbehaving", "MisbehavingTwin");

        Assert.Equal("Misbehaving", Path.GetFileNameWithoutExtension(Assert.Single(catalog.Plugins).Path));
        Assert.Equal(
            "it offers an object store called 'Misbehaving', a name that the plugin Misbehaving has taken already", Assert.Single(catalog.Failures).Reason);
    }

    [Fact]
    public async Task Files_that_are_no_plugins_are_named()
    {
        var directory = workshop.DirectoryOf();
        Directory.CreateDirectory(Path.Combine(directory, "Empty"));
        Directory.CreateDirectory(Path.Combine(directory, "Text"));
        File.WriteAllText(Path.Combine(directory, "Text", "Text.dll"), "this is no assembly");

        using var catalog = await LoadDirectoryAsync(directory);

        Assert.Equal(["Empty", "Text"], catalog.Failures.Select(static failure => failure.Name));
        Assert.Contains("no assembly of its own name", catalog.Failures[0].Reason);
        Assert.Contains("cannot be read as a .NET assembly", catalog.Failures[1].Reason);
    }

    [Fact]
    public async Task An_unknown_name_is_answered_with_what_there_is_and_what_did_not_load()
    {
        using var catalog = await LoadAsync("Misbehaving", "OldContract");

        var store = Assert.Throws<PluginNotFoundException>(() => catalog.ObjectStore("S3"));
        var mover = Assert.Throws<PluginNotFoundException>(() => catalog.DataMover("FileCopy"));
        var scheme = Assert.Throws<PluginNotFoundException>(() => catalog.ObjectStoreForScheme("s3"));

        Assert.StartsWith("no plugin offers an object store called 'S3'; there is: Misbehaving; plugin OldContract (", store.Message);
        Assert.StartsWith("no plugin offers a data mover called 'FileCopy'; there is: none; plugin OldContract (", mover.Message);
        Assert.StartsWith("no plugin takes URLs that begin with 's3:'; known: mis:; ", scheme.Message);
    }

    [Fact]
    public async Task The_shipped_plugins_load_from_where_the_build_puts_them()
    {
        using var catalog = await PluginCatalog.LoadAsync(new PluginHostOptions(), NullLoggerFactory.Instance, TimeProvider.System, Token);

        Assert.Empty(catalog.Failures);
        Assert.Equal(["FileCopy", "FileSystem"], catalog.Plugins.Select(static plugin => plugin.Name).Order());
        Assert.Equal("FileSystem", catalog.ObjectStoreForScheme("file").Name);
        Assert.Equal("FileCopy", catalog.DataMover("FileCopy").Name);
    }

    [Fact]
    public async Task A_directory_that_does_not_exist_has_no_plugins()
    {
        using var catalog = await LoadDirectoryAsync("/no/such/directory");

        Assert.Empty(catalog.Plugins);
        Assert.Empty(catalog.Failures);
    }

    private Task<PluginCatalog> LoadAsync(params string[] plugins) => LoadDirectoryAsync(workshop.DirectoryOf(plugins));

    private static Task<PluginCatalog> LoadDirectoryAsync(string directory, TimeProvider? time = null) => PluginCatalog.LoadAsync(
        new PluginHostOptions { Directories = [directory], StartLimit = TimeSpan.FromMinutes(1) }, NullLoggerFactory.Instance, time ?? TimeProvider.System, Token);
}
