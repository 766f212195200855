using System.Text.Json.Nodes;
using BackupServer.DevCluster.Controllers;

namespace BackupServer.DevCluster.Tests.Kubectl;

/// <summary>
/// <c>kubectl create &lt;thing&gt;</c> sends protocol buffers since 1.32 (older ones JSON). What it makes must be what the same command's JSON makes.
/// </summary>
public sealed class KubectlCreateTests(KubectlServer fixture) : IClassFixture<KubectlServer>
{
    private static readonly string[] OfTheServer = ["uid", "resourceVersion", "creationTimestamp", "managedFields", "namespace", "selfLink"];

    public static TheoryData<string, string> Commands { get; } = new()
    {
        { "configmaps/x", "configmap x --from-literal=a=b --from-literal=empty=" },
        { "secrets/x", "secret generic x --from-literal=user=me --type=example.org/login" },
        { "secrets/x", "secret docker-registry x --docker-server=r.example.org --docker-username=u --docker-password=p" },
        { "serviceaccounts/x", "serviceaccount x" },
        { "deployments.apps/x", "deployment x --image=example.org/web:1 --replicas=0 --port=8080 -- serve --all" },
        { "jobs.batch/x", "job x --image=example.org/tool -- run it" },
        { "cronjobs.batch/x", "cronjob x --image=example.org/tool --schedule=@monthly --restart=Never -- run" },
        { "services/x", "service clusterip x --tcp=80:8080 --tcp=90" },
        { "services/x", "service nodeport x --tcp=80" },
        { "services/x", "service loadbalancer x --tcp=80" },
        { "services/x", "service externalname x --external-name=example.org" },
        { "roles.rbac.authorization.k8s.io/x", "role x --verb=get,list --resource=pods,deployments.apps --resource-name=a" },
        { "rolebindings.rbac.authorization.k8s.io/x", "rolebinding x --clusterrole=view --user=u --group=g --serviceaccount=default:d" },
        { "resourcequotas/x", "quota x --hard=pods=100,requests.cpu=1500m,secrets=50" },
        { "poddisruptionbudgets.policy/x", "pdb x --selector=app=a --min-available=50%" },
        { "poddisruptionbudgets.policy/x", "pdb x --selector=app=a --max-unavailable=1" },
        { "ingresses.networking.k8s.io/x", "ingress x --class=c --rule=a.example.org/b*=svc:80,tls=s --default-backend=d:http --annotation=k=v" },
    };

    public static TheoryData<string, string> ClusterCommands { get; } = new()
    {
        { "namespaces/kubectl-create-x", "namespace kubectl-create-x" },
        { "clusterroles.rbac.authorization.k8s.io/kubectl-create-x", "clusterrole kubectl-create-x --verb=get --non-resource-url=/healthz" },
        { "clusterroles.rbac.authorization.k8s.io/kubectl-create-x", "clusterrole kubectl-create-x --aggregation-rule=a=b" },
        { "clusterrolebindings.rbac.authorization.k8s.io/kubectl-create-x", "clusterrolebinding kubectl-create-x --clusterrole=view --serviceaccount=default:d" },
        { "priorityclasses.scheduling.k8s.io/kubectl-create-x", "priorityclass kubectl-create-x --value=-5 --description=low --preemption-policy=Never" },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task What_kubectl_create_makes_is_what_its_JSON_makes(string made, string command)
    {
        var (ns, other) = (await fixture.NewNamespaceAsync(), await fixture.NewNamespaceAsync());

        await CreateAsync(command, "-n", ns);
        var json = await CreateAsync(command, "--dry-run=client", "-o", "json");
        await fixture.OkAsync("kubectl", json, "create", "-n", other, "-f", "-");

        Assert.Equal(await SpecifiedAsync(made, "-n", other), await SpecifiedAsync(made, "-n", ns));
    }

    [Theory]
    [MemberData(nameof(ClusterCommands))]
    public async Task What_kubectl_create_makes_in_the_cluster_is_what_its_JSON_makes(string made, string command)
    {
        await CreateAsync(command);
        var first = await SpecifiedAsync(made);
        await fixture.OkAsync("kubectl", null, "delete", made.Split('/')[0], made.Split('/')[1]);

        var json = await CreateAsync(command, "--dry-run=client", "-o", "json");
        await fixture.OkAsync("kubectl", json, "create", "-f", "-");

        Assert.Equal(await SpecifiedAsync(made), first);
        await fixture.OkAsync("kubectl", null, "delete", made.Split('/')[0], made.Split('/')[1]);
    }

    [Fact]
    public async Task Tokens_access_reviews_and_scaling_are_sent_as_protocol_buffers_too()
    {
        var ns = await fixture.NewNamespaceAsync();
        await CreateAsync("serviceaccount sa", "-n", ns);
        await CreateAsync("deployment d --image=example.org/web --replicas=0", "-n", ns);

        Assert.Matches("^[\\w-]+\\.[\\w-]+\\.[\\w-]+\\s*$", await CreateAsync("token sa --duration=1h --audience=a", "-n", ns));
        Assert.Contains("yes", await fixture.OkAsync("kubectl", null, "auth", "can-i", "create", "pods", "-n", ns));
        Assert.Contains("scaled", await fixture.OkAsync("kubectl", null, "scale", "deployment", "d", "--replicas=0", "-n", ns));
        Assert.Contains("autoscaled", await fixture.OkAsync("kubectl", null, "autoscale", "deployment", "d", "--min=1", "--max=3", "--cpu-percent=50", "-n", ns));
    }

    private Task<string> CreateAsync(string command, params string[] more)
    {
        // What follows "--" is the container's command: further options go before it.
        var parts = command.Split(' ').ToList();
        var end = parts.IndexOf("--");
        parts.InsertRange(end < 0 ? parts.Count : end, more);
        return fixture.OkAsync("kubectl", null, ["create", .. parts]);
    }

    /// <summary>The object without what the server gives each one anew, as text.</summary>
    private async Task<string> SpecifiedAsync(string made, params string[] more)
    {
        var obj = JsonNode.Parse(await fixture.OkAsync("kubectl", null, ["get", made.Split('/')[0], made.Split('/')[1], "-o", "json", .. more]))!.AsObject();
        obj.Remove("status");
        var metadata = obj["metadata"]!.AsObject();
        foreach (var field in OfTheServer) metadata.Remove(field);
        foreach (var own in (string[])["clusterIP", "clusterIPs", "healthCheckNodePort"]) obj.Fields("spec")?.Remove(own);
        foreach (var port in obj.Items("spec", "ports")) port.Remove("nodePort");
        foreach (var labels in (JsonObject?[])[obj.Fields("spec", "selector", "matchLabels"), obj.Fields("spec", "template", "metadata", "labels"), obj.Fields("metadata", "labels")])
        {
            foreach (var uid in (string[])["controller-uid", "batch.kubernetes.io/controller-uid"]) labels?.Remove(uid);
        }

        return obj.ToJsonString();
    }
}
