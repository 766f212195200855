using BackupServer.Abstractions.Resources;
using BackupServer.Engine.Clusters;
using BackupServer.Engine.Selecting;
using BackupServer.Engine.Tests.Support;

namespace BackupServer.Engine.Tests.Selecting;

public sealed class SelectionTests
{
    [Theory]
    [InlineData("configmaps", "configmaps")]
    [InlineData("configmap", "configmaps")]
    [InlineData("ConfigMap", "configmaps")]
    [InlineData("cm", "configmaps")]
    [InlineData("deployments.apps", "deployments.apps")]
    [InlineData("deploy.apps", "deployments.apps")]
    [InlineData("deployments.extensions", "")]
    [InlineData("events", "events,events.events.k8s.io")]
    [InlineData("pods", "pods,pods.metrics.k8s.io")]
    [InlineData("nonsense", "")]
    public void Kind_is_found_by_every_name_that_kubectl_accepts(string name, string expected) =>
        Assert.Equal(expected, string.Join(',', KindNames.Resolve(name, TestKinds.Catalog)));

    [Fact]
    public void Unknown_included_kinds_do_not_turn_into_everything()
    {
        var filter = new KindFilter(["nonsense"], null, TestKinds.Catalog);

        Assert.Equal(["nonsense"], filter.Unknown);
        Assert.False(filter.Matches(new("", "configmaps")));
    }

    [Fact]
    public void Excludes_win_over_includes()
    {
        var kinds = new KindFilter(["*"], ["cm"], TestKinds.Catalog);
        var names = new NameFilter(["app-*"], ["*-prod"]);

        Assert.False(kinds.Matches(new("", "configmaps")));
        Assert.True(kinds.Matches(new("", "pods")));
        Assert.True(names.Matches("app-dev"));
        Assert.False(names.Matches("app-prod"));
        Assert.False(names.Matches("tools"));
    }

    [Fact]
    public void Selector_is_written_as_the_server_reads_it_and_means_the_same()
    {
        var selector = new LabelSelector
        {
            MatchLabels = new() { ["app"] = "a" },
            MatchExpressions =
            [
                new() { Key = "tier", Operator = LabelSelectorOperator.In, Values = ["x", "y"] },
                new() { Key = "env", Operator = LabelSelectorOperator.NotIn, Values = ["prod"] },
                new() { Key = "there", Operator = LabelSelectorOperator.Exists },
                new() { Key = "gone", Operator = LabelSelectorOperator.DoesNotExist },
            ],
        };
        var fitting = new Dictionary<string, string> { ["app"] = "a", ["tier"] = "y", ["there"] = "" };

        Assert.Equal("app=a,tier in (x,y),env notin (prod),there,!gone", LabelQuery.ToText(selector));
        Assert.True(LabelQuery.Matches(selector, null, fitting));
        Assert.False(LabelQuery.Matches(selector, null, new Dictionary<string, string>(fitting) { ["env"] = "prod" }));
        Assert.False(LabelQuery.Matches(selector, null, new Dictionary<string, string>(fitting) { ["gone"] = "" }));
        Assert.Equal(["app=a"], LabelQuery.Of(null, [new() { MatchLabels = new() { ["app"] = "a" } }, new() { MatchLabels = new() { ["app"] = "a" } }]));
    }

    [Fact]
    public void Catalog_finds_the_preferred_version()
    {
        var old = TestKinds.Kind("example.io/v1beta1", "widgets", "Widget", true) with { Preferred = false };
        var current = TestKinds.Kind("example.io/v1", "widgets", "Widget", true);

        var catalog = new ApiCatalog([old, current]);

        Assert.Same(current, catalog.Find(new Abstractions.Objects.GroupResource("example.io", "widgets")));
        Assert.Same(old, catalog.Find(old.Resource));
    }
}
