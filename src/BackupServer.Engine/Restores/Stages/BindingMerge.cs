using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Selecting;

namespace BackupServer.Engine.Restores.Stages;

/// <summary>
/// Merges a binding that others than the restored application depend on: subjects are added, none is removed. Pure.
/// </summary>
internal static class BindingMerge
{
    /// <summary>Whether a binding belongs to more than the namespaces that are restored: it is cluster-scoped, or in a namespace that a mapping leaves alone.</summary>
    /// <param name="target">The binding in the cluster.</param>
    /// <param name="isMoved">Whether the mapping changed its subjects.</param>
    /// <param name="mapping">The mapping of namespaces.</param>
    public static bool IsShared(ObjectReference target, bool isMoved, Dictionary<string, string>? mapping) =>
        target.Resource == WellKnown.ClusterRoleBindings
        || (target.Resource == WellKnown.RoleBindings && isMoved && mapping?.ContainsValue(target.Name.Namespace) != true);

    /// <summary>Whether both give the same role.</summary>
    public static bool IsSameRole(JsonObject live, JsonObject wanted) => JsonNode.DeepEquals(live["roleRef"], wanted["roleRef"]);

    /// <summary>A binding with the subjects of a list added that it lacks.</summary>
    public static JsonObject Add(JsonObject binding, IEnumerable<JsonNode?> subjects)
    {
        var merged = (JsonObject)binding.DeepClone();
        var all = merged.Items("subjects").ToList();
        var added = subjects.Where(subject => !all.Exists(other => IsSame(other, subject))).ToList();
        if (added.Count > 0)
        {
            merged["subjects"] = new JsonArray([.. all.Concat(added).Select(subject => subject?.DeepClone())]);
        }

        return merged;
    }

    /// <summary>The subjects in namespaces that the mapping leads to.</summary>
    public static IEnumerable<JsonNode?> MovedSubjects(JsonObject binding, Dictionary<string, string>? mapping) =>
        binding.Items("subjects").Where(subject => mapping?.Values.Any(name => IsOf(subject, name)) == true);

    private static bool IsOf(JsonNode? subject, string name) =>
        subject.Text("namespace") == name
        || subject.Text("name") == $"{ServiceAccountNames.GroupPrefix}{name}"
        || subject.Text("name").StartsWith($"{ServiceAccountNames.UserPrefix}{name}:", StringComparison.Ordinal);

    private static bool IsSame(JsonNode? one, JsonNode? other) =>
        one.Text("kind") == other.Text("kind") && one.Text("name") == other.Text("name") && one.Text("namespace") == other.Text("namespace");
}
