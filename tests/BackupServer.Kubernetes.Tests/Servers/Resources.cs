using BackupServer.Abstractions.Objects;

namespace BackupServer.Kubernetes.Tests.Servers;

/// <summary>Addresses and small bodies that many tests use.</summary>
public static class Resources
{
    public static GroupVersionResource ConfigMaps { get; } = new("", "v1", "configmaps");

    public static GroupVersionResource LeaseResource { get; } = new("coordination.k8s.io", "v1", "leases");

    /// <summary>A typed list's item: without apiVersion and kind, as the server sends it.</summary>
    public static string Item(string name, string ns = "ns", string rv = "1") =>
        $$$"""{"metadata":{"name":"{{{name}}}","namespace":"{{{ns}}}","resourceVersion":"{{{rv}}}","uid":"uid-{{{name}}}"}}""";

    /// <summary>A whole ConfigMap.</summary>
    public static string ConfigMap(string name, string rv = "1", string ns = "ns") =>
        $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}","namespace":"{{{ns}}}","resourceVersion":"{{{rv}}}","uid":"uid-{{{name}}}"}}""";

    public static string List(string rv, string token, params string[] items) =>
        $$$"""{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"{{{rv}}}","continue":"{{{token}}}"},"items":[{{{string.Join(",", items)}}}]}""";
}
