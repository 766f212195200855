using System.Diagnostics;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Controllers;
using BackupServer.DevCluster.Tests.Nodes;

namespace BackupServer.DevCluster.Tests.Controllers;

public sealed class NamespaceAndGarbageTests(RunningCluster cluster) : IClassFixture<RunningCluster>
{
    private IObjectClient Client => cluster.Client;

    private static CancellationToken Ct => RunningCluster.Ct;

    [Fact]
    public void The_four_namespaces_exist_at_the_start()
    {
        Assert.All(["default", "kube-system", "kube-public", "kube-node-lease"], name => Assert.NotNull(Client.Get("namespaces", null, name)));
    }

    [Fact]
    public async Task A_deleted_namespace_takes_all_its_content_promptly()
    {
        var ns = await cluster.NamespaceAsync();
        await cluster.RunPodAsync(ns, "p", "sleep 600", ""","terminationGracePeriodSeconds":60""");
        await cluster.ReadyAsync(ns, "p");
        await cluster.CreateAsync("configmaps", ns, """{"metadata":{"name":"a"}}""");
        var watch = Stopwatch.StartNew();

        await Client.DeleteAsync("namespaces", null, ns, new DeleteWish(), Ct);
        await RunningCluster.UntilAsync(() => Client.Get("namespaces", null, ns) is null, "the namespace is gone", () => Client.Get("namespaces", null, ns)?.ToJsonString() ?? "");

        Assert.True(watch.Elapsed < RunningCluster.Prompt, $"took {watch.Elapsed}");
        Assert.Empty(Client.List("configmaps", ns));
        Assert.Empty(Client.List("pods", ns));
    }

    [Fact]
    public async Task Content_with_finalizers_holds_a_namespace_and_the_conditions_say_so()
    {
        var ns = await cluster.NamespaceAsync();
        await cluster.CreateAsync("configmaps", ns, """{"metadata":{"name":"a","finalizers":["t.test/hold"]}}""");

        await Client.DeleteAsync("namespaces", null, ns, new DeleteWish(), Ct);

        await RunningCluster.UntilAsync(() => Conditions.IsTrue(Client.Get("namespaces", null, ns), "NamespaceFinalizersRemaining"), "the conditions say what is left");
        var left = Conditions.Find(Client.Get("namespaces", null, ns), "NamespaceContentRemaining").Text("message");
        Assert.Equal("Some resources are remaining: configmaps. has 1 resource instances", left);
        await Client.ChangeAsync("configmaps", ns, "a", "", map => map.RemoveFinalizer("t.test/hold"), Ct);
        await RunningCluster.UntilAsync(() => Client.Get("namespaces", null, ns) is null, "the namespace is gone");
    }

    [Fact]
    public async Task A_dependent_follows_its_owner()
    {
        var ns = await cluster.NamespaceAsync();
        var owner = await cluster.CreateAsync("configmaps", ns, """{"metadata":{"name":"o"}}""");
        await DependentAsync(ns, "d", owner);

        await Client.DeleteAsync("configmaps", ns, "o", new DeleteWish(Propagation: "Background"), Ct);

        await RunningCluster.UntilAsync(() => Client.Get("configmaps", ns, "d") is null, "the dependent is gone");
    }

    [Fact]
    public async Task A_dependent_of_an_owner_that_never_was_is_collected()
    {
        var ns = await cluster.NamespaceAsync();
        var never = RunningCluster.Parse("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"o","uid":"22222222-2222-2222-2222-222222222222"}}""");

        await DependentAsync(ns, "d", never);

        await RunningCluster.UntilAsync(() => Client.Get("configmaps", ns, "d") is null, "the dependent is gone");
    }

    [Fact]
    public async Task Orphaning_takes_the_reference_away_and_keeps_the_dependent()
    {
        var ns = await cluster.NamespaceAsync();
        var owner = await cluster.CreateAsync("configmaps", ns, """{"metadata":{"name":"o"}}""");
        await DependentAsync(ns, "d", owner);

        await Client.DeleteAsync("configmaps", ns, "o", new DeleteWish(Propagation: "Orphan"), Ct);

        await RunningCluster.UntilAsync(() => Client.Get("configmaps", ns, "o") is null, "the owner is gone");
        Assert.Empty(OwnerReference.Of(Client.Get("configmaps", ns, "d")!));
    }

    [Fact]
    public async Task Foreground_deletion_waits_for_a_dependent_that_blocks()
    {
        var ns = await cluster.NamespaceAsync();
        var owner = await cluster.CreateAsync("configmaps", ns, """{"metadata":{"name":"o"}}""");
        await DependentAsync(ns, "d", owner, "t.test/hold");

        await Client.DeleteAsync("configmaps", ns, "o", new DeleteWish(Propagation: "Foreground"), Ct);
        await RunningCluster.UntilAsync(() => Client.Get("configmaps", ns, "d").IsDeleting(), "the dependent is being deleted");

        Assert.True(Client.Get("configmaps", ns, "o").HasFinalizer("foregroundDeletion"));
        await Client.ChangeAsync("configmaps", ns, "d", "", map => map.RemoveFinalizer("t.test/hold"), Ct);
        await RunningCluster.UntilAsync(() => Client.Get("configmaps", ns, "o") is null, "the owner is gone");
    }

    [Fact]
    public async Task One_of_two_owners_leaves_the_dependent_with_the_other()
    {
        var ns = await cluster.NamespaceAsync();
        var one = await cluster.CreateAsync("configmaps", ns, """{"metadata":{"name":"o1"}}""");
        var two = await cluster.CreateAsync("configmaps", ns, """{"metadata":{"name":"o2"}}""");
        var dependent = RunningCluster.Parse("""{"metadata":{"name":"d"}}""");
        foreach (var owner in new[] { one, two })
        {
            var reference = OwnerReference.ControllerReference(owner);
            reference.Remove("controller");
            OwnerReference.Add(dependent, reference);
        }

        await Client.CreateAsync("configmaps", ns, dependent, Ct);
        await Client.DeleteAsync("configmaps", ns, "o1", new DeleteWish(), Ct);

        await RunningCluster.UntilAsync(() => OwnerReference.Of(Client.Get("configmaps", ns, "d")!).Count() == 1, "one reference is left");
        Assert.Equal(two.Uid(), OwnerReference.Of(Client.Get("configmaps", ns, "d")!).Single().Uid);
    }

    private Task<JsonObject> DependentAsync(string ns, string name, JsonObject owner, string? finalizer = null)
    {
        var dependent = RunningCluster.Parse($$$"""{"metadata":{"name":"{{{name}}}"}}""");
        OwnerReference.Add(dependent, OwnerReference.ControllerReference(owner));
        if (finalizer is not null) dependent.Ensure("metadata")["finalizers"] = new JsonArray(finalizer);
        return Client.CreateAsync("configmaps", ns, dependent, Ct);
    }
}
