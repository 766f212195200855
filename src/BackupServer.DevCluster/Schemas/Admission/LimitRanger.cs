using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Schemas.Kinds;

namespace BackupServer.DevCluster.Schemas.Admission;

/// <summary>LimitRanges: defaults of containers, bounds of containers, pods and claims.</summary>
internal sealed class LimitRanger : IAdmissionPlugin
{
    private const string Annotation = "kubernetes.io/limit-ranger";

    /// <inheritdoc/>
    public void Admit(AdmissionRequest request)
    {
        if (request.Subresource.Length > 0 || request.Object is not { } obj || request.Operation != "CREATE")
        {
            return;
        }

        switch (request.Resource)
        {
            case { Group: "", Resource: "pods" }:
                Defaults(request, obj);
                Refuse(request, Limits(request).SelectMany(limit => PodProblems(obj, limit)));
                break;
            case { Group: "", Resource: "persistentvolumeclaims" }:
                Refuse(request, Limits(request).Where(limit => Json.Text(limit, "type") == "PersistentVolumeClaim").SelectMany(limit => ClaimProblems(obj, limit)));
                break;
            default:
                break;
        }
    }

    private static IEnumerable<JsonObject> Limits(AdmissionRequest request)
    {
        var ranges = request.Resources.Catalog.Get("", "v1", "limitranges");
        return request.Resources.List(ranges, request.Namespace).SelectMany(range => Json.Items(Json.Get(range.ToJson(), "spec", "limits")));
    }

    private static void Refuse(AdmissionRequest request, IEnumerable<string> problems)
    {
        var found = problems.ToList();
        if (found.Count > 0)
        {
            throw ApiErrors.Forbidden(request.Resource, request.Name, found.Count == 1 ? found[0] : $"[{string.Join(", ", found)}]");
        }
    }

    private static void Defaults(AdmissionRequest request, JsonObject pod)
    {
        var limits = Limits(request).Where(limit => Json.Text(limit, "type") == "Container").ToList();
        var notes = new List<string>();
        foreach (var container in Json.Items(Json.Get(pod, "spec", "containers")))
        {
            Fill(container, "requests", limits.Select(limit => limit["defaultRequest"] as JsonObject), "request for container", notes);
            Fill(container, "limits", limits.Select(limit => limit["default"] as JsonObject), "limit for container", notes);
        }

        foreach (var container in Json.Items(Json.Get(pod, "spec", "initContainers")))
        {
            Fill(container, "requests", limits.Select(limit => limit["defaultRequest"] as JsonObject), "request for init container", notes);
            Fill(container, "limits", limits.Select(limit => limit["default"] as JsonObject), "limit for init container", notes);
        }

        if (notes.Count > 0)
        {
            Json.Object(Json.Object(pod, "metadata"), "annotations")[Annotation] = "LimitRanger plugin set: " + string.Join("; ", notes);
        }
    }

    private static void Fill(JsonObject container, string kind, IEnumerable<JsonObject?> defaults, string note, List<string> notes)
    {
        var set = new List<string>();
        foreach (var (resource, amount) in defaults.SelectMany(entry => entry ?? []))
        {
            var amounts = Json.Object(Json.Object(container, "resources"), kind);
            if (amounts[resource] is null)
            {
                amounts[resource] = amount!.DeepClone();
                set.Add(resource);
            }
        }

        if (set.Count > 0)
        {
            notes.Add($"{string.Join(", ", set.Order(StringComparer.Ordinal))} {note} {Json.Text(container, "name")}");
        }
    }

    private static IEnumerable<string> PodProblems(JsonObject pod, JsonObject limit) => Json.Text(limit, "type") switch
    {
        "Container" => PodFacts.Containers(pod).SelectMany(container => Problems(
            limit, "Container", resource => Json.Text(container, "resources", "requests", resource), resource => Json.Text(container, "resources", "limits", resource))),
        "Pod" => Problems(limit, "Pod", resource => Sum(pod, "requests", resource), resource => Sum(pod, "limits", resource)),
        _ => [],
    };

    private static IEnumerable<string> ClaimProblems(JsonObject claim, JsonObject limit)
    {
        string? Request(string resource) => Json.Text(claim, "spec", "resources", "requests", resource);
        foreach (var problem in Bounds(limit["min"] as JsonObject, "minimum", "PersistentVolumeClaim", "request", Request, (amount, bound) => amount < bound))
        {
            yield return problem;
        }

        foreach (var problem in Bounds(limit["max"] as JsonObject, "maximum", "PersistentVolumeClaim", "request", Request, (amount, bound) => amount > bound))
        {
            yield return problem;
        }
    }

    private static string? Sum(JsonObject pod, string kind, string resource) =>
        PodFacts.Containers(pod).Any(container => Json.Text(container, "resources", kind, resource) is not null)
            ? PodFacts.Total(pod, kind, resource).ToString()
            : null;

    private static IEnumerable<string> Problems(JsonObject limit, string scope, Func<string, string?> requests, Func<string, string?> limits) =>
        Bounds(limit["min"] as JsonObject, "minimum", scope, "request", requests, (amount, bound) => amount < bound)
            .Concat(Bounds(limit["max"] as JsonObject, "maximum", scope, "limit", limits, (amount, bound) => amount > bound))
            .Concat(Ratios(limit["maxLimitRequestRatio"] as JsonObject, scope, requests, limits));

    private static IEnumerable<string> Bounds(
        JsonObject? bounds, string word, string scope, string kind, Func<string, string?> amounts, Func<Quantity, Quantity, bool> breaks)
    {
        foreach (var (resource, text) in bounds ?? [])
        {
            var bound = Quantity.Parse((string)text!);
            if (!Quantity.TryParse(amounts(resource), out var amount))
            {
                yield return $"{word} {resource} usage per {scope} is {bound}.  No {kind} is specified";
            }
            else if (breaks(amount, bound))
            {
                yield return $"{word} {resource} usage per {scope} is {bound}, but {kind} is {amount}";
            }
        }
    }

    private static IEnumerable<string> Ratios(JsonObject? ratios, string scope, Func<string, string?> requests, Func<string, string?> limits)
    {
        foreach (var (resource, text) in ratios ?? [])
        {
            var most = Quantity.Parse((string)text!);
            if (!Quantity.TryParse(requests(resource), out var request) || request.Sign == 0 || !Quantity.TryParse(limits(resource), out var limit))
            {
                yield return $"{resource} max limit to request ratio per {scope} is {most}, but no request is specified or request is 0";
            }
            else if (limit.ToDouble() / request.ToDouble() > most.ToDouble())
            {
                yield return $"{resource} max limit to request ratio per {scope} is {most}, but provided ratio is {limit.ToDouble() / request.ToDouble():F6}";
            }
        }
    }
}
