using System.Diagnostics;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Controllers;
using BackupServer.DevCluster.Controllers.Workloads;
using BackupServer.DevCluster.Tests.Nodes;

namespace BackupServer.DevCluster.Tests.Controllers;

public sealed class WorkloadTests(RunningCluster cluster) : IClassFixture<RunningCluster>
{
    private const string Template = """
        {"metadata":{"labels":{"app":"web"}},"spec":{"terminationGracePeriodSeconds":1,"containers":[{"name":"c","image":"busybox:1.35"}]}}
        """;

    private IObjectClient Client => cluster.Client;

    private static CancellationToken Ct => RunningCluster.Ct;

    [Fact]
    public async Task A_deployment_of_three_becomes_available_promptly()
    {
        var ns = await cluster.NamespaceAsync();
        var watch = Stopwatch.StartNew();

        await DeployAsync(ns, 3);
        await RunningCluster.UntilAsync(() => Status(ns).Int(0, "availableReplicas") == 3, "three are available", () => Status(ns)?.ToJsonString() ?? "");

        Assert.True(watch.Elapsed < RunningCluster.Prompt, $"took {watch.Elapsed}");
        await RunningCluster.UntilAsync(() => Conditions.Find(Deployment(ns), "Progressing").Text("reason") == "NewReplicaSetAvailable", "the rollout is complete");
        Assert.True(Conditions.IsTrue(Deployment(ns), "Available"));
        Assert.Equal("1", Deployment(ns)!.Annotation("deployment.kubernetes.io/revision"));
    }

    [Fact]
    public async Task A_changed_template_rolls_to_a_new_replica_set_and_counts_the_revision()
    {
        var ns = await cluster.NamespaceAsync();
        await DeployAsync(ns, 2);
        await RunningCluster.UntilAsync(() => Status(ns).Int(0, "availableReplicas") == 2, "two are available");

        await Client.ChangeAsync("deployments.apps", ns, "web", "", web => web.Ensure("spec", "template", "metadata", "annotations")["v"] = "2", Ct);

        await RunningCluster.UntilAsync(
            () => Status(ns) is { } status && status.Int(0, "updatedReplicas") == 2 && status.Int(0, "availableReplicas") == 2 && status.Int(0, "replicas") == 2
                && Deployment(ns)!.Annotation("deployment.kubernetes.io/revision") == "2",
            "the new template runs", () => Status(ns)?.ToJsonString() ?? "");
        Assert.Equal(2, Client.List("replicasets.apps", ns).Count);
        await RunningCluster.UntilAsync(() => Client.List("pods", ns).Count == 2, "the old pods are gone");
    }

    [Fact]
    public async Task Pods_and_replica_sets_restored_without_owners_are_adopted()
    {
        var ns = await cluster.NamespaceAsync();
        await DeployAsync(ns, 2);
        await RunningCluster.UntilAsync(() => Status(ns).Int(0, "availableReplicas") == 2, "two are available");
        var pods = Client.List("pods", ns).Select(pod => pod.Uid()).Order().ToList();
        await Client.DeleteAsync("deployments.apps", ns, "web", new DeleteWish(Propagation: "Orphan"), Ct);
        await RunningCluster.UntilAsync(() => Deployment(ns) is null, "the deployment is gone");
        var set = Client.List("replicasets.apps", ns).Single();
        Assert.Empty(OwnerReference.Of(set));

        var again = await DeployAsync(ns, 2);

        await RunningCluster.UntilAsync(() => OwnerReference.IsControlledBy(Client.Get("replicasets.apps", ns, set.Name()), again), "the replica set is adopted");
        await RunningCluster.UntilAsync(() => Status(ns).Int(0, "availableReplicas") == 2, "both count again");
        Assert.Equal(pods, Client.List("pods", ns).Select(pod => pod.Uid()).Order());
    }

    [Fact]
    public async Task A_stateful_set_brings_its_pods_up_in_order_with_claims_of_their_own()
    {
        var ns = await cluster.NamespaceAsync();
        var watch = Stopwatch.StartNew();

        await CreateSetAsync(ns);
        await RunningCluster.UntilAsync(() => Client.Get("statefulsets.apps", ns, "db").Int(0, "status", "readyReplicas") == 2, "both are ready");

        Assert.True(watch.Elapsed < RunningCluster.Prompt, $"took {watch.Elapsed}");
        var first = Client.Get("pods", ns, "db-0")!;
        var second = Client.Get("pods", ns, "db-1")!;
        Assert.True(long.Parse(first.Text("metadata", "resourceVersion")!) > 0);
        Assert.True(second.Time("metadata", "creationTimestamp") >= Conditions.Find(first, "Ready").Time("lastTransitionTime"));
        Assert.All(Client.List("persistentvolumeclaims", ns), claim => Assert.Equal("Bound", claim.Text("status", "phase")));
        Assert.Equal(["data-db-0", "data-db-1"], Client.List("persistentvolumeclaims", ns).Select(claim => claim.Name()));
        Assert.Equal(Client.Get("statefulsets.apps", ns, "db").Text("status", "currentRevision"), Client.Get("statefulsets.apps", ns, "db").Text("status", "updateRevision"));
    }

    [Fact]
    public async Task A_deleted_pod_of_a_stateful_set_comes_back_with_the_same_claim()
    {
        var ns = await cluster.NamespaceAsync();
        await CreateSetAsync(ns);
        await RunningCluster.UntilAsync(() => Client.Get("statefulsets.apps", ns, "db").Int(0, "status", "readyReplicas") == 2, "both are ready");
        var before = Client.Get("pods", ns, "db-0")!;
        var volume = Client.Get("persistentvolumeclaims", ns, "data-db-0").Text("spec", "volumeName");

        await Client.DeleteAsync("pods", ns, "db-0", new DeleteWish(), Ct);

        var after = await cluster.PodAsync(ns, "db-0", pod => pod.Uid() != before.Uid() && PodStates.IsReady(pod), "db-0 is back");
        Assert.Equal(volume, Client.Get("persistentvolumeclaims", ns, "data-db-0").Text("spec", "volumeName"));
        Assert.Equal(before.Text("spec", "nodeName"), after.Text("spec", "nodeName"));
    }

    [Fact]
    public async Task A_daemon_set_runs_on_every_node()
    {
        var ns = await cluster.NamespaceAsync();

        await cluster.CreateAsync("daemonsets.apps", ns, $$$"""{"metadata":{"name":"ds"},"spec":{"selector":{"matchLabels":{"app":"web"}},"template":{{{Template}}} }}""");

        await RunningCluster.UntilAsync(() => Client.Get("daemonsets.apps", ns, "ds").Int(0, "status", "numberReady") == 2, "it is ready on both");
        Assert.Equal(["node-1", "node-2"], Client.List("pods", ns).Select(pod => pod.Text("spec", "nodeName")!).Order());
    }

    [Fact]
    public async Task A_job_runs_its_command_to_completion()
    {
        var ns = await cluster.NamespaceAsync();

        await cluster.CreateAsync("jobs.batch", ns, Job("echo done", completions: 2));

        await RunningCluster.UntilAsync(() => Conditions.IsTrue(Client.Get("jobs.batch", ns, "j"), "Complete"), "the job is complete", () => Client.Get("jobs.batch", ns, "j")!.ToJsonString());
        Assert.Equal(2, Client.Get("jobs.batch", ns, "j").Int(0, "status", "succeeded"));
        await RunningCluster.UntilAsync(() => Client.List("pods", ns).All(pod => !pod.HasFinalizer(JobPods.Finalizer)), "its pods are released");
    }

    [Fact]
    public async Task A_job_whose_command_fails_too_often_fails()
    {
        var ns = await cluster.NamespaceAsync();

        await cluster.CreateAsync("jobs.batch", ns, Job("exit 3", backoffLimit: 1));

        await RunningCluster.UntilAsync(() => Conditions.IsTrue(Client.Get("jobs.batch", ns, "j"), "Failed"), "the job has failed", () => Client.Get("jobs.batch", ns, "j")!.ToJsonString());
        Assert.Equal("BackoffLimitExceeded", Conditions.Find(Client.Get("jobs.batch", ns, "j"), "Failed").Text("reason"));
        Assert.Equal(2, Client.Get("jobs.batch", ns, "j").Int(0, "status", "failed"));
    }

    [Fact]
    public async Task Ready_pods_stand_behind_their_service()
    {
        var ns = await cluster.NamespaceAsync();
        await cluster.CreateAsync("services", ns, """{"metadata":{"name":"web"},"spec":{"ports":[{"name":"http","port":80,"targetPort":8080}],"selector":{"app":"web"}}}""");

        await DeployAsync(ns, 2);

        await RunningCluster.UntilAsync(() => Client.Get("endpoints", ns, "web").Items("subsets").SelectMany(subset => subset.Items("addresses")).Count() == 2, "both are in the endpoints");
        await RunningCluster.UntilAsync(
            () => Client.List("endpointslices.discovery.k8s.io", ns).SelectMany(slice => slice.Items("endpoints")).Count(endpoint => endpoint.Flag("conditions", "ready")) == 2,
            "both are in the slice");
    }

    [Fact]
    public async Task A_disruption_budget_counts_the_healthy()
    {
        var ns = await cluster.NamespaceAsync();
        await DeployAsync(ns, 2);
        await RunningCluster.UntilAsync(() => Status(ns).Int(0, "availableReplicas") == 2, "two are available");

        await cluster.CreateAsync("poddisruptionbudgets.policy", ns, """{"metadata":{"name":"b"},"spec":{"minAvailable":1,"selector":{"matchLabels":{"app":"web"}}}}""");

        await RunningCluster.UntilAsync(() => Client.Get("poddisruptionbudgets.policy", ns, "b").Int(0, "status", "disruptionsAllowed") == 1, "one may go");
    }

    private static string Job(string script, int completions = 1, int backoffLimit = 6) => $$$"""
        {"metadata":{"name":"j"},"spec":{"completions":{{{completions}}},"parallelism":{{{completions}}},"backoffLimit":{{{backoffLimit}}},
         "template":{"metadata":{"labels":{"batch.kubernetes.io/job-name":"j"}},"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"devcluster.backupserver.io/run","command":["sh","-c","{{{script}}}"]}]}} }}
        """;

    private JsonObject? Deployment(string ns) => Client.Get("deployments.apps", ns, "web");

    private JsonNode? Status(string ns) => Deployment(ns).At("status");

    private Task<JsonObject> DeployAsync(string ns, int replicas) => cluster.CreateAsync(
        "deployments.apps", ns, $$$"""{"metadata":{"name":"web"},"spec":{"replicas":{{{replicas}}},"selector":{"matchLabels":{"app":"web"}},"template":{{{Template}}} }}""");

    private Task<JsonObject> CreateSetAsync(string ns) => cluster.CreateAsync("statefulsets.apps", ns, """
        {"metadata":{"name":"db"},"spec":{"replicas":2,"serviceName":"db","selector":{"matchLabels":{"app":"db"}},
         "template":{"metadata":{"labels":{"app":"db"}},"spec":{"terminationGracePeriodSeconds":1,"containers":[{"name":"c","image":"busybox","volumeMounts":[{"name":"data","mountPath":"/data"}]}]}},
         "volumeClaimTemplates":[{"metadata":{"name":"data"},"spec":{"accessModes":["ReadWriteOnce"],"storageClassName":"local-wait","resources":{"requests":{"storage":"1Gi"}}}}]}}
        """);
}
