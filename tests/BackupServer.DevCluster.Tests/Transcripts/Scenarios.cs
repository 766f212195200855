using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Tests.Transcripts;

/// <summary>
/// The recorded scenarios as this server is held to them: everything but the descriptions of table columns. Those are sentences of the
/// Kubernetes documentation, which this project does not copy; the server sends empty ones, and kubectl shows none.
/// </summary>
internal static class Scenarios
{
    /// <summary>Writes the scenarios of an area to a folder of its own name below <paramref name="target"/>; answers how many.</summary>
    public static async Task<int> CopyAsync(string source, string area, string target)
    {
        var folder = Directory.CreateDirectory(Path.Combine(target, area)).FullName;
        var files = Directory.GetFiles(Path.Combine(source, area), "*.json");
        foreach (var file in files)
        {
            var scenario = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
            ForgetColumnDescriptions(scenario);
            await File.WriteAllTextAsync(Path.Combine(folder, Path.GetFileName(file)), scenario.ToJsonString());
        }

        return files.Length;
    }

    private static void ForgetColumnDescriptions(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject obj:
                foreach (var column in (obj["columnDefinitions"] as JsonArray ?? []).OfType<JsonObject>())
                {
                    column["description"] = "{{any}}";
                }

                foreach (var (_, value) in obj)
                {
                    ForgetColumnDescriptions(value);
                }

                break;
            case JsonArray array:
                foreach (var value in array)
                {
                    ForgetColumnDescriptions(value);
                }

                break;
        }
    }
}
