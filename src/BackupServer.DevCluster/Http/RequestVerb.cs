namespace BackupServer.DevCluster.Http;

/// <summary>The API verb of a request: what discovery lists and authorization asks.</summary>
internal static class RequestVerb
{
    /// <summary>The verb of a resource request; empty for methods that have none.</summary>
    public static string Of(ApiRequest request) => Of(request.Http.Request.Method, request.Path, request.Flag("watch"));

    /// <summary>The verb by method and path.</summary>
    public static string Of(string method, RequestPath path, bool watch) => (method, path.Name.Length > 0) switch
    {
        ("GET" or "HEAD", true) => "get",
        ("GET" or "HEAD", false) => watch ? "watch" : "list",
        ("POST", _) => "create",
        ("PUT", _) => "update",
        ("PATCH", _) => "patch",
        ("DELETE", true) => "delete",
        ("DELETE", false) => "deletecollection",
        _ => "",
    };
}
