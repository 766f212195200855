using System.Text.Json.Nodes;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.CustomResources;

/// <summary>One entry of x-kubernetes-validations.</summary>
internal sealed record ValidationRule(string Rule, string? Message, string? MessageExpression, string Reason, string? FieldPath, bool OptionalOldSelf)
{
    public static ValidationRule From(JsonObject rule) => new(
        Json.Text(rule, "rule") ?? "", Json.Text(rule, "message"), Json.Text(rule, "messageExpression"),
        Json.Text(rule, "reason") ?? "FieldValueInvalid", Json.Text(rule, "fieldPath"), Json.IsTrue(rule, "optionalOldSelf"));
}
