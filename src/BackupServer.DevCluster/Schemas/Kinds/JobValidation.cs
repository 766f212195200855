using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas.Kinds;

/// <summary>Jobs and CronJobs.</summary>
internal static class JobValidation
{
    private const string UidLabel = "batch.kubernetes.io/controller-uid";
    private const int LongestCronJobName = 52;

    public static void Job(ValidationCase test)
    {
        RestartPolicy(test, test.Get("spec.template.spec.restartPolicy"), "spec.template.spec.restartPolicy");
        var selector = test.Get("spec.selector") as JsonObject;
        if (selector is null)
        {
            test.Errors.Required("spec.selector");
            return;
        }

        var labels = Json.Get(test.Value, "spec", "template", "metadata", "labels") as JsonObject ?? [];
        if (!Json.IsTrue(test.Value, "spec", "manualSelector"))
        {
            var uid = Json.Text(test.Value, "metadata", "uid");
            if (Json.Text(selector, "matchLabels", UidLabel) != uid && Json.Text(selector, "matchLabels", "controller-uid") != uid
                || (selector["matchLabels"] as JsonObject)?.Count != 1)
            {
                test.Errors.Invalid("spec.selector", selector.DeepClone(), "`selector` not auto-generated");
                test.Errors.Invalid("spec.template.metadata.labels", labels.DeepClone(), "must be '" + uid + "'");
            }
        }

        if (!LabelMatch.Matches(selector, labels))
        {
            test.Errors.Invalid("spec.template.metadata.labels", labels.DeepClone(), "`selector` does not match template `labels`");
        }
    }

    public static void JobUpdate(ValidationCase test)
    {
        if (test.Old is null)
        {
            return;
        }

        Immutable(test, "completions", Json.Text(test.Value, "spec", "completionMode") != "Indexed" || Json.Text(test.Old, "spec", "completionMode") != "Indexed"
            || !JsonNode.DeepEquals(test.Get("spec.completions"), test.Get("spec.parallelism")));
        Immutable(test, "selector", always: true);
        if (!JsonNode.DeepEquals(Json.Get(test.Value, "spec", "template"), Json.Get(test.Old, "spec", "template")))
        {
            test.Errors.Invalid("spec.template.spec", Json.Get(test.Value, "spec", "template", "spec")?.DeepClone(), "field is immutable");
        }

        Immutable(test, "completionMode", always: true);
        Immutable(test, "podFailurePolicy", always: true);
        Immutable(test, "backoffLimitPerIndex", always: true);
        Immutable(test, "managedBy", always: true);
    }

    public static void CronJob(ValidationCase test)
    {
        var name = Json.Text(test.Value, "metadata", "name") ?? "";
        if (name.Length > LongestCronJobName && test.Old is null)
        {
            test.Errors.Invalid("metadata.name", name, $"must be no more than {LongestCronJobName} characters");
        }

        var schedule = Json.Text(test.Value, "spec", "schedule") ?? "";
        if (schedule.Length == 0)
        {
            test.Errors.Required("spec.schedule");
        }
        else if (CronProblem(schedule) is { } problem)
        {
            test.Errors.Invalid("spec.schedule", schedule, problem);
        }

        if (Json.Text(test.Value, "spec", "timeZone") is { } zone && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
        {
            test.Errors.Invalid("spec.timeZone", zone, "unknown time zone " + zone);
        }

        if (Json.Text(test.Value, "spec", "concurrencyPolicy") is { } policy && policy is not ("Allow" or "Forbid" or "Replace"))
        {
            test.Errors.NotSupported("spec.concurrencyPolicy", policy, ["Allow", "Forbid", "Replace"]);
        }

        RestartPolicy(test, Json.Get(test.Value, "spec", "jobTemplate", "spec", "template", "spec", "restartPolicy"),
            "spec.jobTemplate.spec.template.spec.restartPolicy");
    }

    private static void RestartPolicy(ValidationCase test, JsonNode? policy, string path)
    {
        if ((string?)policy is null or "" or "Always")
        {
            test.Errors.Required(path, "valid values: \"OnFailure\", \"Never\"");
        }
    }

    private static void Immutable(ValidationCase test, string field, bool always)
    {
        var value = Json.Get(test.Value, "spec", field);
        if (always && !JsonNode.DeepEquals(value, Json.Get(test.Old, "spec", field)))
        {
            test.Errors.Invalid($"spec.{field}", value?.DeepClone(), "field is immutable");
        }
    }

    private static string? CronProblem(string schedule)
    {
        if (schedule.StartsWith('@'))
        {
            return schedule is "@yearly" or "@annually" or "@monthly" or "@weekly" or "@daily" or "@midnight" or "@hourly"
                || schedule.StartsWith("@every ", StringComparison.Ordinal) ? null : "unrecognized descriptor: " + schedule;
        }

        var fields = schedule.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length == 5 ? null : $"expected exactly 5 fields, found {fields.Length}: [{string.Join(' ', fields)}]";
    }
}
