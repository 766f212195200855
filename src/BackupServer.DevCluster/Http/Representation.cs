using BackupServer.DevCluster.Api;

namespace BackupServer.DevCluster.Http;

/// <summary>The form of an answer, from the Accept header.</summary>
/// <param name="Format">JSON or YAML.</param>
/// <param name="Shape">The object itself or a view of it.</param>
/// <param name="MetaVersion">Version of the view's group meta.k8s.io.</param>
internal sealed record Representation(AnswerFormat Format, AnswerShape Shape, string MetaVersion)
{
    private static readonly Representation Plain = new(AnswerFormat.Json, AnswerShape.Object, "v1");

    /// <summary>The first form of the header that is served; 406 when none is.</summary>
    public static Representation Negotiate(string? accept)
    {
        if (string.IsNullOrWhiteSpace(accept))
        {
            return Plain;
        }

        var known = false;
        foreach (var clause in accept.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = clause.Split(';', StringSplitOptions.TrimEntries);
            AnswerFormat? format = parts[0] switch
            {
                "application/json" or "application/*" or "*/*" => AnswerFormat.Json,
                "application/yaml" => AnswerFormat.Yaml,
                _ => null,
            };
            known |= format is not null || parts[0] == "application/vnd.kubernetes.protobuf";
            var parameters = parts.Skip(1).Select(p => p.Split('=', 2)).Where(p => p.Length == 2).ToDictionary(p => p[0], p => p[1]);
            if (format is null || parameters.TryGetValue("stream", out _) && parts[0] != "application/json")
            {
                continue;
            }

            if (!parameters.TryGetValue("as", out var view))
            {
                return new Representation(format.Value, AnswerShape.Object, "v1");
            }

            if (Enum.TryParse<AnswerShape>(view, out var shape) && parameters.GetValueOrDefault("g") == "meta.k8s.io" && parameters.GetValueOrDefault("v") is "v1" or "v1beta1")
            {
                return new Representation(format.Value, shape, parameters["v"]);
            }
        }

        throw known
            ? new ApiStatusException(406, "NotAcceptable", "only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf")
            : new ApiStatusException(
                406, "NotAcceptable",
                "406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, application/vnd.kubernetes.protobuf, "
                + "application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch", []);
    }
}
