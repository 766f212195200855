using System.Globalization;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Api.Selectors;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.Http;

/// <summary>The query parameters of lists, watches and collection deletions, checked.</summary>
internal sealed record ListParameters
{
    /// <summary>Labels asked for.</summary>
    public required LabelSelector Labels { get; init; }

    /// <summary>Fields asked for.</summary>
    public required FieldSelector Fields { get; init; }

    /// <summary>Page size; 0 for all.</summary>
    public int Limit { get; init; }

    /// <summary>Continue token, or null.</summary>
    public ContinueToken? Continue { get; init; }

    /// <summary>resourceVersion as given; empty for none.</summary>
    public string ResourceVersion { get; init; } = "";

    /// <summary>resourceVersionMatch as given; empty for none.</summary>
    public string Match { get; init; } = "";

    /// <summary>Whether a watch is asked for.</summary>
    public bool Watch { get; init; }

    /// <summary>Whether bookmarks are wanted.</summary>
    public bool Bookmarks { get; init; }

    /// <summary>Whether a watch begins with the present objects and a bookmark.</summary>
    public bool InitialEvents { get; init; }

    /// <summary>Seconds a watch lasts, or null.</summary>
    public int? TimeoutSeconds { get; init; }

    /// <summary>resourceVersion as a number; 0 where none is given.</summary>
    public long Revision => long.TryParse(ResourceVersion, NumberStyles.None, CultureInfo.InvariantCulture, out var revision) ? revision : 0;

    /// <summary>Reads and checks; 400, 422 or 500 as the API server answers them.</summary>
    public static ListParameters Read(ApiRequest request, bool watch)
    {
        var continueText = request.Query("continue") ?? "";
        var parameters = new ListParameters
        {
            Labels = LabelSelector.Parse(request.Query("labelSelector")),
            Fields = FieldSelector.Parse(request.Query("fieldSelector"), request.Resource, request.Host.Behaviours.For(request.Resource)),
            Limit = (int)Math.Clamp(Number(request.Query("limit")) ?? 0, 0, int.MaxValue),
            ResourceVersion = request.Query("resourceVersion") ?? "",
            Match = request.Query("resourceVersionMatch") ?? "",
            Watch = watch,
            Bookmarks = request.Flag("allowWatchBookmarks"),
            InitialEvents = request.Flag("sendInitialEvents"),
            TimeoutSeconds = (int?)Number(request.Query("timeoutSeconds")),
            Continue = continueText.Length > 0 && !watch ? ContinueToken.Parse(continueText) : null,
        };
        parameters.Check(request.Query("sendInitialEvents") is not null, request.Query("sendInitialEvents"));
        return parameters;
    }

    private void Check(bool initialEventsGiven, string? initialEvents)
    {
        var errors = new FieldErrors();
        if (Watch)
        {
            CheckWatch(initialEventsGiven, errors);
        }
        else
        {
            CheckList(initialEventsGiven, initialEvents, errors);
        }

        if (errors.Count > 0)
        {
            throw ApiErrors.Invalid("meta.k8s.io", "ListOptions", "", errors);
        }

        if (ResourceVersion.Length > 0 && !ulong.TryParse(ResourceVersion, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            var message = $"resourceVersion: Invalid value: \"{ResourceVersion}\": strconv.ParseUint: parsing \"{ResourceVersion}\": invalid syntax";
            throw Watch ? ApiErrors.Unclassified(message) : ApiErrors.BadRequest("invalid resource version: " + message);
        }

        if (Continue is not null && ResourceVersion.Length > 0 && ResourceVersion != "0")
        {
            throw ApiErrors.BadRequest("specifying resource version is not allowed when using continue");
        }
    }

    private void CheckWatch(bool initialEventsGiven, FieldErrors errors)
    {
        const string Field = "resourceVersionMatch";
        if (initialEventsGiven && Match != "NotOlderThan")
        {
            errors.Forbidden(Field, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
            if (Match.Length > 0)
            {
                errors.NotSupported(Field, Match, ["NotOlderThan"]);
            }
        }
        else if (!initialEventsGiven && Match.Length > 0)
        {
            errors.Forbidden(Field, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
        }
    }

    private void CheckList(bool initialEventsGiven, string? initialEvents, FieldErrors errors)
    {
        const string Field = "resourceVersionMatch";
        if (initialEventsGiven && initialEvents is not null)
        {
            errors.Forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list");
        }

        if (Match.Length == 0)
        {
            return;
        }

        if (ResourceVersion.Length == 0)
        {
            errors.Forbidden(Field, "resourceVersionMatch is forbidden unless resourceVersion is provided");
        }

        if (Continue is not null)
        {
            errors.Forbidden(Field, "resourceVersionMatch is forbidden when continue is provided");
        }

        if (Match is not ("Exact" or "NotOlderThan"))
        {
            errors.NotSupported(Field, Match, ["Exact", "NotOlderThan", ""]);
        }
        else if (Match == "Exact" && ResourceVersion == "0")
        {
            errors.Forbidden(Field, "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
        }
    }

    private static long? Number(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw ApiErrors.BadRequest($"strconv.ParseInt: parsing \"{text}\": invalid syntax");
    }
}
