using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Cli.Tests.Running;
using BackupServer.Kubernetes.Secrets;
using BackupServer.Repository;
using BackupServer.Repository.Archiving;
using BackupServer.Repository.Backends;
using BackupServer.Repository.ObjectStores;

namespace BackupServer.Cli.Tests.Commands;

public sealed class BackupContentsTests(DevClusterFixture cluster)
{
    private const string Password = "hunter2-repository";
    private const string Web = """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"shop"},"spec":{"replicas":2}}""";
    private const string Shop = """{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop"}}""";

    [Fact]
    public async Task A_backup_is_listed_printed_and_downloaded_from_its_location()
    {
        var directory = await StoreAsync("looked-into");

        var listed = await cluster.RunAsync("backup", "ls", "looked-into", "-o", "name");
        var filtered = await cluster.RunAsync("backup", "ls", "looked-into", "deployments.apps");
        var cat = await cluster.RunAsync("backup", "cat", "looked-into", "deployments.apps", "shop/web");
        var absent = await cluster.RunAsync("backup", "cat", "looked-into", "deployments.apps", "shop/other");
        var logs = await cluster.RunAsync("backup", "logs", "looked-into");
        var archive = Path.Combine(directory, "out.tar.gz");
        var downloaded = await cluster.RunAsync("backup", "download", "looked-into", "-o", archive);
        var refused = await cluster.RunAsync("backup", "download", "looked-into", "-o", archive);

        Assert.True(listed.Code == 0, listed.ToString());
        Assert.Equal("deployments.apps shop/web\nnamespaces shop\n", listed.Out);
        Assert.Matches("^RESOURCE +VERSION +NAMESPACE +NAME +BYTES\ndeployments.apps +v1 +shop +web +[0-9]+\n$", filtered.Out);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Web), JsonNode.Parse(cat.Out)));
        Assert.Equal(4, absent.Code);
        Assert.Equal("2026-01-31T04:00:00Z INFORMATION run: begins\n", logs.Out);
        Assert.True(downloaded.Code == 0, downloaded.ToString());
        Assert.Equal(1, refused.Code);
        Assert.DoesNotContain("hunter2", $"{listed}{cat}{logs}{downloaded}", StringComparison.Ordinal);
        await AssertVeleroLayoutAsync(archive);
    }

    [Fact]
    public async Task A_backup_that_stored_nothing_has_no_contents()
    {
        await cluster.RunAsync("backup", "create", "empty");

        var run = await cluster.RunAsync("backup", "ls", "empty");

        Assert.Equal(4, run.Code);
        Assert.Contains("has stored nothing yet", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Listing_a_resource_that_the_backup_does_not_hold_fails_and_names_those_it_holds()
    {
        await StoreAsync("misspelt");

        var table = await cluster.RunAsync("backup", "ls", "misspelt", "deploymentz");
        var names = await cluster.RunAsync("backup", "ls", "misspelt", "deploymentz", "-o", "name");

        Assert.Equal((4, 4), (table.Code, names.Code));
        Assert.Equal("", table.Out + names.Out);
        Assert.Equal("error: backup \"misspelt\" holds no \"deploymentz\"; it holds deployments.apps, namespaces\n", table.Error);
    }

    private static async Task AssertVeleroLayoutAsync(string archive)
    {
        await using var gzip = new GZipStream(File.OpenRead(archive), CompressionMode.Decompress);
        await using var tar = new TarReader(gzip);
        var entries = new List<(string Name, string Content)>();
        while (await tar.GetNextEntryAsync(copyData: true, TestContext.Current.CancellationToken) is { } entry)
        {
            Assert.Equal(TarEntryType.RegularFile, entry.EntryType);
            using var content = new StreamReader(entry.DataStream!);
            entries.Add((entry.Name, await content.ReadToEndAsync(TestContext.Current.CancellationToken)));
        }

        Assert.Equal(
            [
                ("metadata/version", "1.1.0\n"),
                ("resources/deployments.apps/namespaces/shop/web.json", Web),
                ("resources/deployments.apps/v1-preferredversion/namespaces/shop/web.json", Web),
                ("resources/namespaces/cluster/shop.json", Shop),
                ("resources/namespaces/v1-preferredversion/cluster/shop.json", Shop),
            ],
            entries);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(archive));
    }

    /// <summary>Makes what a server would have left: location, password, snapshot, and the Backup that names it.</summary>
    private async Task<string> StoreAsync(string name)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var directory = Directory.CreateTempSubdirectory("contents-").FullName;
        await cluster.RunAsync("location", "create", name, "--url", $"file://{directory}");
        var secret = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Secret",
            ["metadata"] = new JsonObject { ["name"] = $"backupserver-{name}" },
            ["data"] = new JsonObject { ["password"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(Password)) },
        };
        await cluster.Client.CreateAsync(SecretKeys.Resource, DevClusterFixture.Namespace, RawObject.From(secret).Utf8, cancellationToken: cancellationToken);
        var snapshot = await SnapshotAsync(Path.Combine(directory, LocationLayout.Manifests), name);
        await cluster.RunAsync("backup", "create", name, "--storage-location", name);
        await cluster.SetStatusAsync<Backup>(name, new JsonObject { ["phase"] = "Completed", ["snapshotID"] = snapshot.ToString() });
        return directory;
    }

    private static async Task<ObjectId> SnapshotAsync(string directory, string name)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var backend = new LocalBackend(directory, TimeProvider.System);
        await using var repository = await Repository.Repository.InitAsync(backend, Password, new RepositoryOptions(), TimeProvider.System, cancellationToken);
        await repository.LoadIndexAsync(cancellationToken);
        var builder = new SnapshotBuilder(repository);
        var deployments = ArchiveLayout.Objects(new GroupResource("apps", "deployments"), "shop");
        var namespaces = ArchiveLayout.Objects(new GroupResource("", "namespaces"), "");
        var index = new[]
        {
            new IndexLine { Group = "apps", Version = "v1", Resource = "deployments", Namespace = "shop", Name = "web", File = deployments, Length = Web.Length },
            new IndexLine { Version = "v1", Resource = "namespaces", Name = "shop", File = namespaces, Length = Shop.Length },
        };
        await WriteAsync(builder, deployments, Web + "\n");
        await WriteAsync(builder, namespaces, Shop + "\n");
        await WriteAsync(builder, ArchiveLayout.Index, string.Concat(index.Select(line => JsonSerializer.Serialize(line) + "\n")));
        await WriteAsync(builder, ArchiveLayout.Log, """{"time":"2026-01-31T04:00:00Z","level":"Information","about":"run","text":"begins"}""" + "\n");
        var result = await builder.CommitAsync(new SnapshotHeader { HostName = "test", Paths = [$"/{name}"] }, cancellationToken);
        return result.Snapshot.Id;
    }

    private static async Task WriteAsync(SnapshotBuilder builder, string path, string content)
    {
        await using var file = builder.CreateFile(path);
        await file.WriteAsync(Encoding.UTF8.GetBytes(content), TestContext.Current.CancellationToken);
    }
}
