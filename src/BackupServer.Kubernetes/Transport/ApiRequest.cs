using System.Net.Http.Headers;
using BackupServer.Abstractions.Objects;

namespace BackupServer.Kubernetes.Transport;

/// <summary>One request to the API server, made anew for every attempt.</summary>
internal sealed record ApiRequest
{
    public const string Json = "application/json";

    public required HttpMethod Method { get; init; }

    /// <summary>Verb as authorization names it: <c>get</c>, <c>list</c>, <c>watch</c>, <c>create</c>, …</summary>
    public required string Verb { get; init; }

    /// <summary>Path with query, relative to the server's address.</summary>
    public required string PathAndQuery { get; init; }

    public GroupVersionResource? Resource { get; init; }

    public string Subresource { get; init; } = "";

    public ObjectName Name { get; init; }

    public ReadOnlyMemory<byte>? Body { get; init; }

    public string ContentType { get; init; } = Json;

    public string Accept { get; init; } = Json;

    /// <summary>Whether carrying it out twice leaves the same state as once.</summary>
    public bool Idempotent { get; init; }

    /// <summary>What it is about, in words: <c>configmaps "a" in namespace "b"</c>.</summary>
    public string Target
    {
        get
        {
            if (Resource is not { } resource)
            {
                return PathAndQuery;
            }

            var what = resource.GroupResource + (Subresource.Length > 0 ? $"/{Subresource}" : "");
            var named = Name.Name.Length > 0 ? $"{what} \"{Name.Name}\"" : what;
            return Name.Namespace.Length > 0 ? $"{named} in namespace \"{Name.Namespace}\"" : named;
        }
    }

    public Uri ToWebSocketAddress(Uri server) =>
        new UriBuilder(ToAddress(server)) { Scheme = server.Scheme == Uri.UriSchemeHttps ? "wss" : "ws" }.Uri;

    public HttpRequestMessage ToMessage(Uri server)
    {
        var message = new HttpRequestMessage(Method, ToAddress(server))
        {
            Version = System.Net.HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        message.Headers.TryAddWithoutValidation("Accept", Accept);
        if (Body is { } body)
        {
            message.Content = new ReadOnlyMemoryContent(body);
            message.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(ContentType);
        }

        return message;
    }

    private Uri ToAddress(Uri server) => new(server.AbsoluteUri.TrimEnd('/') + PathAndQuery);
}
