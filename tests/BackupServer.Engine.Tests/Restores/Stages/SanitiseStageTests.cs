using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources.Restores;
using BackupServer.Engine.Restores.Stages;

namespace BackupServer.Engine.Tests.Restores.Stages;

public sealed class SanitiseStageTests
{
    [Theory]
    [InlineData("configmaps", // what the API server made
        """{"metadata":{"name":"a","uid":"u","resourceVersion":"1","generation":2,"creationTimestamp":"x","generateName":"a-","managedFields":[],"ownerReferences":[],"finalizers":["f"]},"status":{}}""",
        """{"metadata":{"name":"a","finalizers":["f"]}}""")]
    [InlineData("pods", // node, priority, debug containers, token volumes; projected ones stay
        """{"metadata":{"name":"a"},"spec":{"nodeName":"n","priority":1,"serviceAccountName":"app","ephemeralContainers":[{"name":"d"}],"volumes":[{"name":"app-token-x"},{"name":"kube-api-access-x"}],"containers":[{"name":"c","volumeMounts":[{"name":"app-token-x"},{"name":"w"}]}]}}""",
        """{"metadata":{"name":"a"},"spec":{"serviceAccountName":"app","volumes":[{"name":"kube-api-access-x"}],"containers":[{"name":"c","volumeMounts":[{"name":"w"}]}]}}""")]
    [InlineData("jobs.batch", // the uid that ties it to its pods
        """{"metadata":{"name":"a"},"spec":{"selector":{"matchLabels":{"batch.kubernetes.io/controller-uid":"u"}},"template":{"metadata":{"labels":{"controller-uid":"u","job-name":"a"}}}}}""",
        """{"metadata":{"name":"a"},"spec":{"template":{"metadata":{"labels":{"job-name":"a"}}}}}""")]
    [InlineData("services", // addresses and node ports that nobody asked for
        """{"metadata":{"name":"a"},"spec":{"type":"NodePort","clusterIP":"10.0.0.1","clusterIPs":["10.0.0.1"],"ports":[{"port":80,"nodePort":30080}]}}""",
        """{"metadata":{"name":"a"},"spec":{"type":"NodePort","ports":[{"port":80}]}}""")]
    [InlineData("services", // headless stays headless
        """{"metadata":{"name":"a"},"spec":{"clusterIP":"None","clusterIPs":["None"]}}""",
        """{"metadata":{"name":"a"},"spec":{"clusterIP":"None","clusterIPs":["None"]}}""")]
    [InlineData("services", // a node port that was applied
        """{"metadata":{"name":"a","annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\"spec\":{\"ports\":[{\"port\":80,\"nodePort\":30080}]}}"}},"spec":{"ports":[{"port":80,"nodePort":30080},{"port":81,"nodePort":30081}]}}""",
        """{"metadata":{"name":"a","annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\"spec\":{\"ports\":[{\"port\":80,\"nodePort\":30080}]}}"}},"spec":{"ports":[{"port":80,"nodePort":30080},{"port":81}]}}""")]
    [InlineData("services", // a node port with an owner
        """{"metadata":{"name":"a","managedFields":[{"fieldsV1":{"f:spec":{"f:ports":{"k:{\"port\":80,\"protocol\":\"TCP\"}":{"f:nodePort":{}}}}}}]},"spec":{"ports":[{"port":80,"protocol":"TCP","nodePort":30080}]}}""",
        """{"metadata":{"name":"a"},"spec":{"ports":[{"port":80,"protocol":"TCP","nodePort":30080}]}}""")]
    [InlineData("serviceaccounts", // every automatic token, none of similar name
        """{"metadata":{"name":"app"},"secrets":[{"name":"app-token-a"},{"name":"app-tokens"},{"name":"app-token-b"}]}""",
        """{"metadata":{"name":"app"},"secrets":[{"name":"app-tokens"}]}""")]
    [InlineData("secrets", // a token that a user asked for is filled anew
        """{"metadata":{"name":"t","annotations":{"kubernetes.io/service-account.name":"a","kubernetes.io/service-account.uid":"u"}},"type":"kubernetes.io/service-account-token","data":{"token":"x","ca.crt":"y","extra":"z"}}""",
        """{"metadata":{"name":"t","annotations":{"kubernetes.io/service-account.name":"a"}},"type":"kubernetes.io/service-account-token","data":{"extra":"z"}}""")]
    [InlineData("customresourcedefinitions.apiextensions.k8s.io",
        """{"metadata":{"name":"d"},"spec":{"preserveUnknownFields":true,"versions":[{"name":"v1","schema":{"openAPIV3Schema":{"type":"object"}}}]}}""",
        """{"metadata":{"name":"d"},"spec":{"versions":[{"name":"v1","schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}}""")]
    [InlineData("validatingwebhookconfigurations.admissionregistration.k8s.io",
        """{"metadata":{"name":"w"},"webhooks":[{"sideEffects":"Some"},{"sideEffects":"NoneOnDryRun"},{}]}""",
        """{"metadata":{"name":"w"},"webhooks":[{"sideEffects":"None"},{"sideEffects":"NoneOnDryRun"},{"sideEffects":"None"}]}""")]
    public void What_only_the_old_cluster_could_know_is_taken_out(string kind, string stored, string expected)
    {
        var content = (JsonObject)JsonNode.Parse(stored)!;

        SanitiseStage.Apply(GroupResource.Parse(kind), content, preserveNodePorts: false);

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), content), content.ToJsonString());
    }

    [Theory]
    [InlineData("rolebindings.rbac.authorization.k8s.io", """{"metadata":{},"subjects":[{"kind":"ServiceAccount","name":"a","namespace":"old"},{"kind":"User","name":"u"}]}""", "/subjects/0/namespace", "new")]
    [InlineData("clusterrolebindings.rbac.authorization.k8s.io", """{"metadata":{},"subjects":[{"namespace":"other"}]}""", "/subjects/0/namespace", "other")]
    [InlineData("mutatingwebhookconfigurations.admissionregistration.k8s.io", """{"metadata":{},"webhooks":[{"clientConfig":{"service":{"namespace":"old"}}}]}""", "/webhooks/0/clientConfig/service/namespace", "new")]
    [InlineData("persistentvolumes", """{"metadata":{},"spec":{"claimRef":{"namespace":"old"},"storageClassName":"slow"}}""", "/spec/claimRef/namespace", "new")]
    [InlineData("persistentvolumeclaims", """{"metadata":{},"spec":{"storageClassName":"slow"}}""", "/spec/storageClassName", "fast")]
    [InlineData("statefulsets.apps", """{"metadata":{},"spec":{"volumeClaimTemplates":[{"spec":{"storageClassName":"slow"}}]}}""", "/spec/volumeClaimTemplates/0/spec/storageClassName", "fast")]
    public void Mappings_reach_every_place_that_names_a_namespace_or_class(string kind, string stored, string pointer, string expected)
    {
        var content = (JsonObject)JsonNode.Parse(stored)!;
        var spec = new RestoreSpec { NamespaceMapping = new() { ["old"] = "new", ["new"] = "old" }, StorageClassMapping = new() { ["slow"] = "fast" } };

        RemapStage.Apply(new ObjectReference(GroupResource.Parse(kind), new ObjectName("", "x")), content, spec);

        JsonNode? found = content;
        foreach (var part in pointer.Split('/')[1..])
        {
            found = found is JsonArray list ? list[int.Parse(part)] : found![part];
        }

        Assert.Equal(expected, (string)found!);
    }

    [Fact]
    public void Names_that_do_not_fit_in_a_label_are_shortened_and_stay_distinct()
    {
        var fits = new string('n', 63);
        var one = OriginLabels.Shorten(new string('b', 64));
        var other = OriginLabels.Shorten(new string('b', 65));

        Assert.Equal(fits, OriginLabels.Shorten(fits));
        Assert.Equal(63, one.Length);
        Assert.StartsWith(new string('b', 57), one, StringComparison.Ordinal);
        Assert.NotEqual(one, other);
    }

    [Fact]
    public void Bound_claim_is_untied_and_a_pending_one_keeps_where_its_data_comes_from()
    {
        var bound = (JsonObject)JsonNode.Parse("""{"metadata":{"annotations":{"pv.kubernetes.io/bind-completed":"yes","note":"x"}},"spec":{"volumeName":"pv","dataSource":{"name":"s"}}}""")!;
        var pending = (JsonObject)JsonNode.Parse("""{"metadata":{},"spec":{"dataSource":{"name":"s"}}}""")!;

        VolumeStage.Untie(bound, new HashSet<string>());
        VolumeStage.Untie(pending, new HashSet<string>());

        Assert.Equal("""{"metadata":{"annotations":{"note":"x"}},"spec":{}}""", bound.ToJsonString());
        Assert.Equal("""{"metadata":{},"spec":{"dataSource":{"name":"s"}}}""", pending.ToJsonString());
    }
}
