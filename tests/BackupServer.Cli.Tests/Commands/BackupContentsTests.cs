using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.Backups;
using BackupServer.Abstractions.Resources.Restores;
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

    [Fact]
    public async Task Restore_logs_tell_what_each_run_did_and_when_not_only_what_went_wrong()
    {
        var directory = await StoreAsync("restored");
        await cluster.RunAsync("restore", "create", "logged", "--from-backup", "restored");
        await cluster.SetStatusAsync<Restore>("logged", new JsonObject { ["phase"] = "Completed", ["backupName"] = "restored", ["messages"] = new JsonArray("a warning") });
        var before = await cluster.RunAsync("restore", "logs", "logged");
        var uid = (string)(await cluster.GetAsync<Restore>("logged"))["metadata"]!["uid"]!;
        await StoreLogsAsync(Path.Combine(directory, LocationLayout.Restores), uid);

        var logs = await cluster.RunAsync("restore", "logs", "logged");
        var json = await cluster.RunAsync("restore", "logs", "logged", "--json");

        Assert.Equal("a warning\n", before.Out);
        Assert.Contains("there is no log of restore \"logged\"", before.Error);
        Assert.True(logs.Code == 0, logs.ToString());
        Assert.Equal("2026-01-31T04:00:00Z INFORMATION first: Created.\n2026-01-31T05:00:00Z WARNING     second: Left as it is.\n", logs.Out);
        Assert.Equal("first", (string?)JsonNode.Parse(json.Out.Split('\n')[0])!["about"]);
    }

    [Fact]
    public async Task Logs_of_a_backup_that_kept_nothing_are_its_messages()
    {
        await cluster.RunAsync("backup", "create", "refused");
        await cluster.SetStatusAsync<Backup>("refused", new JsonObject { ["phase"] = "FailedValidation", ["validationErrors"] = new JsonArray("spec.ttl: no") });

        var run = await cluster.RunAsync("backup", "logs", "refused");

        Assert.Equal((0, "spec.ttl: no\n"), (run.Code, run.Out));
        Assert.Contains("it never ran, so there is no log", run.Error);
    }

    [Fact]
    public async Task Logs_of_a_running_backup_say_where_they_will_be_and_where_they_are()
    {
        await cluster.RunAsync("backup", "create", "still-running", "--storage-location", "somewhere");
        await cluster.SetStatusAsync<Backup>("still-running", new JsonObject { ["phase"] = "InProgress", ["messages"] = new JsonArray("waits for something") });

        var run = await cluster.RunAsync("backup", "logs", "still-running");

        Assert.Equal((0, "waits for something\n"), (run.Code, run.Out));
        Assert.Contains("backup \"still-running\" is InProgress: its log is written to location somewhere when it ends; until then it is in the output of the leading server", run.Error);
    }

    [Fact]
    public async Task Log_of_a_backup_that_failed_is_read_from_its_location()
    {
        var directory = await StoreAsync("good");
        var location = (string)(await cluster.GetAsync<Backup>("good"))["spec"]!["storageLocation"]!;
        await cluster.RunAsync("backup", "create", "failed", "--storage-location", location);
        await cluster.SetStatusAsync<Backup>("failed", new JsonObject { ["phase"] = "Failed", ["messages"] = new JsonArray("a message") });
        var before = await cluster.RunAsync("backup", "logs", "failed");
        var uid = (string)(await cluster.GetAsync<Backup>("failed"))["metadata"]!["uid"]!;
        await StoreLogsAsync(Path.Combine(directory, LocationLayout.Restores), uid, ArchiveLayout.BackupUidTag);

        var logs = await cluster.RunAsync("backup", "logs", "failed");

        Assert.Equal((0, "a message\n"), (before.Code, before.Out));
        Assert.Contains("holds no such logs", before.Error);
        Assert.Equal(0, logs.Code);
        Assert.Equal("2026-01-31T04:00:00Z INFORMATION first: Created.\n2026-01-31T05:00:00Z WARNING     second: Left as it is.\n", logs.Out);
    }

    /// <summary>Two runs of one restore or backup, the later one stored first, and one of another.</summary>
    private static async Task StoreLogsAsync(string directory, string uid, string tag = ArchiveLayout.RestoreUidTag)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var backend = new LocalBackend(directory, TimeProvider.System);
        await using var repository = await Repository.Repository.InitAsync(backend, Password, new RepositoryOptions(), TimeProvider.System, cancellationToken);
        await repository.LoadIndexAsync(cancellationToken);
        foreach (var (restore, hour, line) in new[]
        {
            (uid, 5, """{"time":"2026-01-31T05:00:00Z","level":"Warning","about":"second","text":"Left as it is."}"""),
            (uid, 4, """{"time":"2026-01-31T04:00:00Z","level":"Information","about":"first","text":"Created."}"""),
            ("another", 6, """{"time":"2026-01-31T06:00:00Z","level":"Information","about":"other","text":"Created."}"""),
        })
        {
            var builder = new SnapshotBuilder(repository);
            await WriteAsync(builder, ArchiveLayout.Log, line + "\n");
            var header = new SnapshotHeader { HostName = "test", Paths = ["/r"], Tags = [$"{tag}={restore}"], Time = new DateTimeOffset(2026, 1, 31, hour, 0, 0, TimeSpan.Zero) };
            await builder.CommitAsync(header, cancellationToken);
        }
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
