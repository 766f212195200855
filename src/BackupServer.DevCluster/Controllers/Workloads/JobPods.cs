using System.Globalization;
using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Controllers.Workloads;

/// <summary>What the Pods of a Job add up to, and which are to be made. Pure.</summary>
internal static class JobPods
{
    public const string Finalizer = "batch.kubernetes.io/job-tracking";
    private const string IndexKey = "batch.kubernetes.io/job-completion-index";

    public static bool IsIndexed(JsonObject job) => job.Text("spec", "completionMode") == "Indexed";

    public static int? IndexOf(JsonObject pod) =>
        int.TryParse(pod.Annotation(IndexKey) ?? pod.Labels().GetValueOrDefault(IndexKey), NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null;

    /// <summary>Indexes of a text such as <c>0-3,7</c>.</summary>
    public static SortedSet<int> ParseIndexes(string? text)
    {
        var indexes = new SortedSet<int>();
        foreach (var part in (text ?? string.Empty).Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = part.Split('-');
            if (!int.TryParse(ends[0], out var first)) continue;
            var last = ends.Length > 1 && int.TryParse(ends[1], out var end) ? end : first;
            for (var index = first; index <= last; index++) indexes.Add(index);
        }

        return indexes;
    }

    public static string FormatIndexes(SortedSet<int> indexes)
    {
        var parts = new List<string>();
        int? first = null;
        var last = 0;
        foreach (var index in indexes)
        {
            if (first is not null && index == last + 1)
            {
                last = index;
                continue;
            }

            Close();
            first = last = index;
        }

        Close();
        return string.Join(',', parts);

        void Close()
        {
            if (first is not null) parts.Add(first == last ? $"{first}" : last == first + 1 ? $"{first},{last}" : $"{first}-{last}");
        }
    }

    /// <summary>How many Pods may run at once now.</summary>
    public static int Wanted(JsonObject job, int succeeded)
    {
        var parallelism = job.Int(1, "spec", "parallelism");
        if (job.Number("spec", "completions") is not { } completions) return succeeded > 0 ? 0 : parallelism;
        return (int)Math.Max(0, Math.Min(parallelism, completions - succeeded));
    }

    public static JsonObject Pod(JsonObject job, int? index)
    {
        var pod = PodTemplates.Instantiate(job, job.At("spec", "template"));
        var metadata = pod.Fields("metadata")!;
        metadata["generateName"] = index is null ? job.Name() + "-" : string.Create(CultureInfo.InvariantCulture, $"{job.Name()}-{index}-");
        metadata["finalizers"] = new JsonArray(Finalizer);
        if (index is not { } number) return pod;

        var text = number.ToString(CultureInfo.InvariantCulture);
        metadata.Ensure("labels")[IndexKey] = text;
        metadata.Ensure("annotations")[IndexKey] = text;
        var spec = pod.Fields("spec")!;
        spec["hostname"] = $"{job.Name()}-{text}";
        foreach (var container in spec.Items("containers").Concat(spec.Items("initContainers")))
        {
            if (container["env"] is not JsonArray env) container["env"] = env = [];
            env.Add(new JsonObject
            {
                ["name"] = "JOB_COMPLETION_INDEX",
                ["valueFrom"] = new JsonObject { ["fieldRef"] = new JsonObject { ["fieldPath"] = $"metadata.labels['{IndexKey}']" } },
            });
        }

        return pod;
    }
}
