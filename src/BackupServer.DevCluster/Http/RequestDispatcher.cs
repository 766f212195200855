using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Cluster;
using BackupServer.DevCluster.Security;

namespace BackupServer.DevCluster.Http;

/// <summary>
/// The way of a request: who (token, impersonation), what (resource or path), may they (RBAC), then the endpoint. Every refusal is a Status.
/// </summary>
internal sealed partial class RequestDispatcher(DevClusterHost host)
{
    private readonly ResourceEndpoint _resources = new(host);
    private readonly PlainEndpoints _plain = new(host);
    private readonly ILogger _logger = host.Logging.CreateLogger<RequestDispatcher>();

    public async Task HandleAsync(HttpContext http)
    {
        var ct = http.RequestAborted;
        try
        {
            await RouteAsync(http, ct);
        }
        catch (ApiStatusException error) when (!http.Response.HasStarted)
        {
            await Answer.WriteAsync(http, error, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            http.Abort();
        }
        catch (Exception error) when (!http.Response.HasStarted)
        {
            Failed(_logger, http.Request.Method, http.Request.Path, error);
            await Answer.WriteAsync(http, ApiErrors.Internal(error.Message), ct);
        }
    }

    private Task RouteAsync(HttpContext http, CancellationToken ct)
    {
        var user = Authenticate(http.Request);
        var text = http.Request.Path.Value ?? "/";
        if (RequestPath.Parse(UnwatchPath(http, text)) is not { } path)
        {
            Authorize(user, user, PathQuestion(http, text), http);
            return IsElsewhere(text) ? TextAsync(http, 503, "service unavailable\n", ct) : _plain.HandleAsync(http, text, ct);
        }

        var question = Question(http, path);
        user = Authorize(user, Impersonation.Read(http.Request.Headers) ?? user, question, http);
        if (host.Catalog.IsRemote(path.Group, path.Version))
        {
            return TextAsync(http, 503, "service unavailable\n", ct);
        }

        if (!host.Catalog.TryGet(path.Group, path.Version, path.Resource, out var resource) || (!resource.Namespaced && path.Namespace.Length > 0))
        {
            return resource is null ? throw ApiErrors.NoSuchPath() : TextAsync(http, 404, "404 page not found\n", ct);
        }

        http.Items[Answer.DeprecationItem] = ApiRequest.DeprecationOf(resource);

        // Streams (exec, log) negotiate for themselves.
        var form = path.Subresource.Length > 0 && host.Subresources.For(resource.Bucket, path.Subresource) is not null
            ? Representation.Negotiate(null)
            : Representation.Negotiate(http.Request.Headers.Accept.ToString());
        return _resources.HandleAsync(new ApiRequest(host, http, user, resource, path) { Form = form }, ct);
    }

    /// <summary>The discovery document of a group version that another server would have to give.</summary>
    private bool IsElsewhere(string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries) is ["apis", var group, var version] && host.Catalog.IsRemote(group, version);

    /// <summary>What never reaches the API's own errors (a namespaced path of a cluster-scoped resource, an absent backend) is no Status.</summary>
    private static Task TextAsync(HttpContext http, int status, string text, CancellationToken ct)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync(text, ct);
    }

    private UserInfo Authenticate(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return UserInfo.Anonymous;
        }

        return host.Authenticator.Authenticate(header["Bearer ".Length..].Trim()) ?? throw new ApiStatusException(401, "Unauthorized", "Unauthorized");
    }

    /// <summary>Checks the question for the acting user; answers that user.</summary>
    private UserInfo Authorize(UserInfo user, UserInfo acting, AccessQuestion question, HttpContext http)
    {
        if (!ReferenceEquals(user, acting))
        {
            var impersonate = new AccessQuestion { Verb = "impersonate", Resource = "users", Name = acting.Name };
            if (!host.Authorizer.Allows(user, impersonate))
            {
                throw Authorizer.Refuse(user, question with { Verb = $"impersonate-on:user-info:{question.Verb}" });
            }
        }

        if (!host.Authorizer.Allows(acting, question))
        {
            throw Authorizer.Refuse(acting, question);
        }

        http.Items["user"] = acting;
        return acting;
    }

    private static AccessQuestion PathQuestion(HttpContext http, string path) =>
        new() { Verb = http.Request.Method switch { "GET" => "get", "HEAD" => "head", var other => other.ToLowerInvariant() }, Path = path };

    private static AccessQuestion Question(HttpContext http, RequestPath path)
    {
        var watch = http.Request.Query["watch"].ToString() is "true" or "1";
        var verb = RequestVerb.Of(http.Request.Method, path, watch);
        var name = path.Name;
        if (name.Length == 0 && verb is "list" or "watch" or "deletecollection")
        {
            // A list that asks for one name by field selector is judged as access to that name.
            name = http.Request.Query["fieldSelector"].ToString().Split(',')
                .Select(t => t.Split('=', 2)).FirstOrDefault(t => t is ["metadata.name", _])?[1].TrimStart('=') ?? "";
        }

        var isNamespace = path is { Group: "", Resource: "namespaces" };
        return new AccessQuestion
        {
            Verb = verb,
            Group = path.Group,
            Resource = path.Resource,
            Subresource = path.Subresource,
            Namespace = isNamespace ? path.Name : path.Namespace,
            Name = name,
        };
    }

    /// <summary>The old <c>/watch/</c> prefix is rewritten to a list with <c>watch=true</c>.</summary>
    private static string UnwatchPath(HttpContext http, string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var at = parts is ["api", _, "watch", ..] ? 2 : parts is ["apis", _, _, "watch", ..] ? 3 : -1;
        if (at < 0)
        {
            return path;
        }

        var rest = "/" + string.Join('/', parts.Where((_, i) => i != at));
        var query = http.Request.QueryString.Add("watch", "true");
        if (RequestPath.Parse(rest) is { Name.Length: > 0 } named)
        {
            query = query.Add("fieldSelector", "metadata.name=" + named.Name);
            rest = rest[..rest.LastIndexOf('/')];
        }

        http.Request.QueryString = query;
        return rest;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private static partial void Failed(ILogger logger, string method, string path, Exception error);
}
