using System.IO.Compression;
using System.Reflection;
using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Registry;

/// <summary>The facts compiled into the assembly: discovery and OpenAPI documents (folder <c>Data</c>), gzip-compressed JSON.</summary>
internal static class EmbeddedData
{
    private static readonly Assembly Assembly = typeof(EmbeddedData).Assembly;

    /// <summary>Names of all embedded documents.</summary>
    public static IReadOnlyList<string> Names { get; } = Assembly.GetManifestResourceNames();

    /// <summary>The decompressed bytes of one document.</summary>
    public static byte[] Read(string name)
    {
        using var stream = Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"embedded data {name} is missing from the build");
        using var gzip = new GZipStream(stream, CompressionMode.Decompress);
        using var buffer = new MemoryStream();
        gzip.CopyTo(buffer);
        return buffer.ToArray();
    }

    /// <summary>One document, parsed.</summary>
    public static JsonObject ReadJson(string name) => JsonNode.Parse(Read(name))!.AsObject();
}
