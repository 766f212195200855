namespace BackupServer.DevCluster.Schemas.Kinds;

/// <summary>Events of both APIs: old ones have no eventTime, new ones say who reports what; those of events.k8s.io must be new.</summary>
internal static class EventValidation
{
    private const int LongestText = 128;
    private const int LongestNote = 1024;

    public static void Validate(ValidationCase test)
    {
        var isCore = test.Context.Resource.Group.Length == 0;
        if (string.IsNullOrEmpty(Json.Text(test.Value, "eventTime")))
        {
            Namespace(test, isCore, ["", "default"]);
        }
        else
        {
            Namespace(test, isCore, ["default", "kube-system"]);
            Text(test, isCore ? "reportingComponent" : "reportingController");
            Text(test, "reportingInstance");
            Text(test, "action");
            Text(test, "reason");
        }

        if (Json.Text(test.Value, isCore ? "message" : "note") is { Length: > LongestNote })
        {
            test.Errors.Invalid(isCore ? "message" : "note", "", $"can have at most {LongestNote} characters");
        }

        if (!isCore && test.Old is null)
        {
            New(test);
        }
    }

    /// <summary>An event lives in the namespace of what it is about; one about something without a namespace, where such events live.</summary>
    private static void Namespace(ValidationCase test, bool isCore, string[] ofClusterScoped)
    {
        var subject = isCore ? "involvedObject" : "regarding";
        var (own, about) = (Json.Text(test.Value, "metadata", "namespace") ?? "", Json.Text(test.Value, subject, "namespace") ?? "");
        if (about.Length == 0 ? !ofClusterScoped.Contains(own) : about != own)
        {
            test.Errors.Invalid("involvedObject.namespace", about, "does not match event.namespace");
        }
    }

    private static void Text(ValidationCase test, string field)
    {
        var text = Json.Text(test.Value, field) ?? "";
        if (text.Length == 0)
        {
            test.Errors.Required(field);
        }
        else if (text.Length > LongestText)
        {
            test.Errors.Invalid(field, "", $"can have at most {LongestText} characters");
        }
    }

    private static void New(ValidationCase test)
    {
        if (string.IsNullOrEmpty(Json.Text(test.Value, "eventTime")))
        {
            test.Errors.Required("eventTime");
        }

        if (Json.Text(test.Value, "type") is var type and not ("Normal" or "Warning"))
        {
            test.Errors.Invalid("type", type ?? "", $"has invalid value: {type}");
        }

        foreach (var old in (ReadOnlySpan<(string Field, string Name)>)[("deprecatedFirstTimestamp", "firstTimestamp"), ("deprecatedLastTimestamp", "lastTimestamp")])
        {
            if (!string.IsNullOrEmpty(Json.Text(test.Value, old.Field)))
            {
                test.Errors.Invalid(old.Name, "", "needs to be unset");
            }
        }

        if (Json.Integer(test.Value, "deprecatedCount") is not (null or 0))
        {
            test.Errors.Invalid("count", "", "needs to be unset");
        }
    }
}
