using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Tests.Support;

namespace BackupServer.DevCluster.Tests.Schemas;

public sealed class KindTests : IAsyncDisposable
{
    private const string Template = """{"metadata":{"labels":{"app":"a"}},"spec":{"containers":[{"name":"c","image":"i:1"}]}}""";
    private readonly TestCluster _cluster = new();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public void A_deployment_gets_its_defaults_and_a_generation_that_follows_the_spec()
    {
        var created = _cluster.Apply("apps/v1", "deployments", $$$"""{"metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"app":"a"}},"template":{{{Template}}}}}""");
        var labelled = _cluster.Change("apps/v1", "deployments", "d", obj => obj["metadata"]!["labels"] = new JsonObject { ["x"] = "y" });
        var scaled = _cluster.Change("apps/v1", "deployments", "d", obj => obj["spec"]!["replicas"] = 3);

        Assert.Equal(1, (int)created["spec"]!["replicas"]!);
        Assert.Equal("25%", (string?)created["spec"]!["strategy"]!["rollingUpdate"]!["maxSurge"]);
        Assert.Equal("IfNotPresent", (string?)created["spec"]!["template"]!["spec"]!["containers"]![0]!["imagePullPolicy"]);
        Assert.Equal(1, (int)labelled["metadata"]!["generation"]!);
        Assert.Equal(2, (int)scaled["metadata"]!["generation"]!);
    }

    [Fact]
    public void A_pod_gets_a_token_tolerations_priority_and_quality_of_service()
    {
        var pod = _cluster.Apply("v1", "pods", """{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i","resources":{"limits":{"cpu":"1","memory":"1Gi"}}}]}}""");

        Assert.StartsWith("kube-api-access-", (string?)pod["spec"]!["volumes"]![0]!["name"]);
        Assert.Equal("/var/run/secrets/kubernetes.io/serviceaccount", (string?)pod["spec"]!["containers"]![0]!["volumeMounts"]![0]!["mountPath"]);
        Assert.Equal(2, pod["spec"]!["tolerations"]!.AsArray().Count);
        Assert.Equal("Guaranteed", (string?)pod["status"]!["qosClass"]);
        Assert.Equal("Pending", (string?)pod["status"]!["phase"]);
    }

    [Fact]
    public void All_problems_of_a_pod_are_named_at_once()
    {
        var refused = _cluster.Refused("v1", "pods", """{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c"},{"name":"c","image":"x"}],"restartPolicy":"Sometimes"}}""");

        Assert.Equal(422, refused.Code);
        Assert.Equal(
            "Pod \"p\" is invalid: [spec.containers[0].image: Required value, spec.containers[1].name: Duplicate value: \"c\", "
            + "spec.restartPolicy: Unsupported value: \"Sometimes\": supported values: \"Always\", \"OnFailure\", \"Never\"]",
            refused.Message);
        Assert.Equal(3, refused.Details!["causes"]!.AsArray().Count);
    }

    [Fact]
    public void A_node_port_is_given_once_and_free_again_after_deletion()
    {
        const string Body = """{"metadata":{"name":"NAME"},"spec":{"type":"NodePort","ports":[{"port":80,"nodePort":30123}]}}""";
        _cluster.Apply("v1", "services", Body.Replace("NAME", "a"));

        var taken = _cluster.Refused("v1", "services", Body.Replace("NAME", "b"));
        _cluster.Resources.Delete(_cluster.Resource("v1", "services"), "ns", "a", new DeleteOptions(), new WriteOptions());
        var given = _cluster.Apply("v1", "services", Body.Replace("NAME", "b"));

        Assert.Contains("spec.ports[0].nodePort: Invalid value: 30123: provided port is already allocated", taken.Message);
        Assert.Equal(30123, (int)given["spec"]!["ports"]![0]!["nodePort"]!);
    }

    [Fact]
    public void A_dry_run_takes_no_node_port()
    {
        const string Body = """{"metadata":{"name":"s"},"spec":{"type":"NodePort","ports":[{"port":80,"nodePort":30124}]}}""";

        _cluster.Apply("v1", "services", Body, options: new WriteOptions { DryRun = true });

        Assert.Equal(30124, (int)_cluster.Apply("v1", "services", Body)["spec"]!["ports"]![0]!["nodePort"]!);
    }

    [Fact]
    public void A_service_that_changes_its_type_keeps_its_address_and_loses_its_ports()
    {
        var first = _cluster.Apply("v1", "services", """{"metadata":{"name":"s"},"spec":{"type":"LoadBalancer","externalTrafficPolicy":"Local","ports":[{"port":80}]}}""");

        var changed = _cluster.Change("v1", "services", "s", obj => obj["spec"]!["type"] = "ClusterIP");

        Assert.NotNull(first["spec"]!["healthCheckNodePort"]);
        Assert.Equal((string?)first["spec"]!["clusterIP"], (string?)changed["spec"]!["clusterIP"]);
        Assert.Null(changed["spec"]!["ports"]![0]!["nodePort"]);
        Assert.Null(changed["spec"]!["healthCheckNodePort"]);
        Assert.Null(changed["spec"]!["externalTrafficPolicy"]);
    }

    [Fact]
    public void A_claim_that_is_not_bound_refuses_another_size_with_the_difference()
    {
        _cluster.Apply("v1", "persistentvolumeclaims",
            """{"metadata":{"name":"c"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}},"storageClassName":"x"}}""");

        var refused = Assert.Throws<ApiStatusException>(() =>
            _cluster.Change("v1", "persistentvolumeclaims", "c", obj => obj["spec"]!["resources"]!["requests"]!["storage"] = "2Gi"));

        Assert.Equal(
            "PersistentVolumeClaim \"c\" is invalid: spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n"
            + "@@ -6,7 +6,7 @@\n  \"Resources\": {\n   \"Limits\": null,\n   \"Requests\": {\n-   \"storage\": \"1Gi\"\n+   \"storage\": \"2Gi\"\n   }\n  },\n  \"VolumeName\": \"\",\n",
            refused.Message);
    }

    [Fact]
    public void A_secrets_texts_become_data_and_an_immutable_one_stays_as_it_is()
    {
        var secret = _cluster.Apply("v1", "secrets", """{"metadata":{"name":"s"},"data":{"a":"YQ=="},"stringData":{"a":"over","b":"bee"},"immutable":true}""");

        var refused = Assert.Throws<ApiStatusException>(() => _cluster.Change("v1", "secrets", "s", obj => obj["data"]!["a"] = "Yw=="));

        Assert.Equal("b3Zlcg==", (string?)secret["data"]!["a"]);
        Assert.Null(secret["stringData"]);
        Assert.Equal("Secret \"s\" is invalid: data: Forbidden: field is immutable when `immutable` is set", refused.Message);
    }

    [Fact]
    public void A_job_selects_its_pods_by_its_own_uid()
    {
        var job = _cluster.Apply("batch/v1", "jobs", """{"metadata":{"name":"j"},"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}}}""");

        var uid = (string?)job["metadata"]!["uid"];
        Assert.Equal(uid, (string?)job["spec"]!["selector"]!["matchLabels"]!["batch.kubernetes.io/controller-uid"]);
        Assert.Equal(uid, (string?)job["spec"]!["template"]!["metadata"]!["labels"]!["controller-uid"]);
        Assert.Equal("j", (string?)job["metadata"]!["labels"]!["job-name"]);
    }

    [Fact]
    public void An_autoscaler_written_in_v2_reads_in_v1_and_the_other_way_round()
    {
        _cluster.Apply("autoscaling/v1", "horizontalpodautoscalers",
            """{"metadata":{"name":"h"},"spec":{"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"d"},"maxReplicas":3,"targetCPUUtilizationPercentage":70}}""");
        _cluster.Apply("autoscaling/v2", "horizontalpodautoscalers",
            """{"metadata":{"name":"m"},"spec":{"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"d"},"maxReplicas":3,"metrics":[{"type":"Resource","resource":{"name":"memory","target":{"type":"AverageValue","averageValue":"100Mi"}}}]}}""");

        var v2 = _cluster.Resources.Get(_cluster.Resource("autoscaling/v2", "horizontalpodautoscalers"), "ns", "h");
        var v1 = _cluster.Resources.Get(_cluster.Resource("autoscaling/v1", "horizontalpodautoscalers"), "ns", "m");

        Assert.Equal(70, (int)v2["spec"]!["metrics"]![0]!["resource"]!["target"]!["averageUtilization"]!);
        Assert.Equal(
            """[{"type":"Resource","resource":{"name":"memory","targetAverageValue":"100Mi"}}]""",
            (string?)v1["metadata"]!["annotations"]!["autoscaling.alpha.kubernetes.io/metrics"]);
    }

    [Fact]
    public void A_quota_refuses_what_would_exceed_it()
    {
        _cluster.Apply("v1", "resourcequotas", """{"metadata":{"name":"q"},"spec":{"hard":{"count/secrets":"1"}}}""");
        _cluster.Apply("v1", "secrets", """{"metadata":{"name":"a"}}""");

        var refused = _cluster.Refused("v1", "secrets", """{"metadata":{"name":"b"}}""");

        Assert.Equal("secrets \"b\" is forbidden: exceeded quota: q, requested: count/secrets=1, used: count/secrets=1, limited: count/secrets=1", refused.Message);
    }

    [Theory]
    [InlineData("v1", "configmaps", """{"metadata":{"name":"Bad"}}""", "metadata.name: Invalid value: \"Bad\": a lowercase RFC 1123 subdomain")]
    [InlineData("v1", "services", """{"metadata":{"name":"a.b"},"spec":{"ports":[{"port":80}]}}""", "metadata.name: Invalid value: \"a.b\": must not contain dots")]
    [InlineData("v1", "configmaps", """{"metadata":{"name":"a","labels":{"a b":"x"}}}""", "metadata.labels: Invalid value: \"a b\": name part must consist")]
    [InlineData("v1", "configmaps", """{"metadata":{"name":"a"},"data":{"..":"x"}}""", "data[..]: Invalid value: \"..\": must not be '..'")]
    [InlineData("batch/v1", "cronjobs", """{"metadata":{"name":"c"},"spec":{"schedule":"nope","jobTemplate":{"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}}}}}""", "spec.schedule: Invalid value: \"nope\": expected exactly 5 fields, found 1: [nope]")]
    public void Wrong_values_are_refused_with_the_servers_words(string apiVersion, string resource, string body, string words) =>
        Assert.Contains(words, _cluster.Refused(apiVersion, resource, body).Message);
}
