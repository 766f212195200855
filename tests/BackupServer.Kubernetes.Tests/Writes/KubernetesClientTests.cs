using System.Text;
using System.Text.Json.Nodes;
using BackupServer.Kubernetes.Errors;
using BackupServer.Kubernetes.Tests.Servers;
using BackupServer.Kubernetes.Writes;
using static BackupServer.Kubernetes.Tests.Servers.Resources;

namespace BackupServer.Kubernetes.Tests.Writes;

public sealed class KubernetesClientTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_write_uses_its_verb_path_media_type_and_options()
    {
        await using var server = await ScriptedServer.StartAsync(context => Answer.Ok(ConfigMap("a"))(context));
        using var client = server.Client();
        var body = Encoding.UTF8.GetBytes(ConfigMap("a"));

        await client.CreateAsync(ConfigMaps, "ns", body, new WriteOptions { DryRun = true, FieldValidation = "Strict" }, Cancel);
        await client.ReplaceAsync(ConfigMaps, "ns", "a", body, cancellationToken: Cancel);
        await client.PatchAsync(ConfigMaps, "ns", "a", Patch.Merge(new JsonObject { ["data"] = null }), WriteOptions.Status, Cancel);
        await client.PatchAsync(ConfigMaps, "ns", "a", Patch.Json(new JsonArray()), cancellationToken: Cancel);
        await client.PatchAsync(ConfigMaps, "ns", "a", Patch.Apply(body), new WriteOptions { FieldManager = "me", Force = true }, Cancel);
        var deleted = await client.DeleteAsync(
            ConfigMaps, "ns", "a", new DeleteOptions { Uid = "u", Propagation = PropagationPolicy.Orphan, GracePeriodSeconds = 0 }, Cancel);

        Assert.True(deleted);
        var requests = server.Requests.ToList();
        Assert.Equal(["POST", "PUT", "PATCH", "PATCH", "PATCH", "DELETE"], requests.Select(r => r.Method));
        Assert.Equal("/api/v1/namespaces/ns/configmaps", requests[0].Path);
        Assert.Equal(("All", "Strict"), (requests[0].Query["dryRun"], requests[0].Query["fieldValidation"]));
        Assert.Equal("/api/v1/namespaces/ns/configmaps/a/status", requests[2].Path);
        Assert.Equal("""{"data":null}""", requests[2].Body);
        Assert.Equal(
            ["application/merge-patch+json", "application/json-patch+json", "application/apply-patch+yaml"],
            requests.Skip(2).Take(3).Select(r => r.Headers["Content-Type"]));
        Assert.Equal(("me", "true"), (requests[4].Query["fieldManager"], requests[4].Query["force"]));
        Assert.Equal(
            """{"apiVersion":"v1","kind":"DeleteOptions","preconditions":{"uid":"u"},"propagationPolicy":"Orphan","gracePeriodSeconds":0}""",
            requests[5].Body);
    }

    [Fact]
    public async Task A_missing_object_is_null_for_find_false_for_delete_and_an_error_for_get()
    {
        await using var server = await ScriptedServer.StartAsync(context => Answer.Failure(404, "NotFound", "gone")(context));
        using var client = server.Client();

        Assert.Null(await client.FindAsync(ConfigMaps, "ns", "a", Cancel));
        Assert.False(await client.DeleteAsync(ConfigMaps, "ns", "a", cancellationToken: Cancel));
        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.GetAsync(ConfigMaps, "ns", "a", Cancel));
        Assert.True(error.IsNotFound);
    }

    [Fact]
    public async Task Names_are_escaped_in_paths()
    {
        await using var server = await ScriptedServer.StartAsync(context => Answer.Ok(ConfigMap("a"))(context));
        using var client = server.Client();

        await client.GetAsync(new("rbac.authorization.k8s.io", "v1", "clusterroles"), null, "system:a/b c?", Cancel);

        Assert.Equal("/apis/rbac.authorization.k8s.io/v1/clusterroles/system:a%2Fb c?", server.Requests.Single().Path);
    }

    [Fact]
    public async Task Apply_without_a_field_manager_is_refused_before_anything_is_sent()
    {
        await using var server = await ScriptedServer.StartAsync(context => Answer.Ok("{}")(context));
        using var client = server.Client();

        await Assert.ThrowsAsync<ArgumentException>(() => client.PatchAsync(ConfigMaps, "ns", "a", Patch.Apply("{}"u8.ToArray()), cancellationToken: Cancel));

        Assert.Empty(server.Requests);
    }
}
