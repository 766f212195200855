using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using BackupServer.Abstractions.Objects;
using BackupServer.Kubernetes.Authentication;
using BackupServer.Kubernetes.Configuration;
using BackupServer.Kubernetes.Errors;

namespace BackupServer.Kubernetes.Transport;

/// <summary>Turns an answer that is no success, or a connection that failed, into a typed error with a text for people.</summary>
internal sealed partial class FailureReader(KubernetesClientConfiguration configuration, TimeProvider time)
{
    public KubernetesException FromAnswer(ApiRequest request, HttpStatusCode code, byte[] body, TimeSpan? retryAfter, Credential? credential)
    {
        var status = ReadStatus(body);
        retryAfter ??= status?.Details is { RetryAfterSeconds: > 0 } details ? TimeSpan.FromSeconds(details.RetryAfterSeconds) : null;
        var message = code switch
        {
            HttpStatusCode.Unauthorized => Unauthorized(status, credential),
            HttpStatusCode.Forbidden => Forbidden(request, status, body),
            _ => $"Could not {request.Verb} {request.Target}: {Quote(status, body)} ({Reason(code, status)})",
        };
        var failure = Classify(code, status, retryAfter);
        return code == HttpStatusCode.Gone
            ? new ResourceExpiredException(message) { StatusCode = code, Status = status }
            : new KubernetesException(message) { StatusCode = code, Status = status, RetryAfter = retryAfter, Class = failure };
    }

    public KubernetesException FromConnection(ApiRequest request, Exception error, TimeSpan timeout)
    {
        var what = $"Could not {request.Verb} {request.Target} at {configuration.Server} ({configuration.Source})";
        if (error is OperationCanceledException)
        {
            return new KubernetesException($"{what}: no answer within {timeout.TotalSeconds:0} s.", error) { Class = FailureClass.Unknown };
        }

        if (Find<AuthenticationException>(error) is { } tls)
        {
            return new KubernetesException($"{what}: {tls.Message}{CertificateHint()}", error);
        }

        var cause = Innermost(error).Message;
        var (problem, failure) = (error as HttpRequestException)?.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => ($"there is no host {configuration.Server.Host}. Check the server's address.", FailureClass.NotSent),
            HttpRequestError.ConnectionError => ($"no connection: {cause}. Is the cluster running, and is the address right?", FailureClass.NotSent),
            HttpRequestError.ProxyTunnelError => ($"the proxy {configuration.Proxy} refused: {error.Message}", FailureClass.Refusal),
            HttpRequestError.SecureConnectionError => ($"the TLS handshake failed: {cause}.{CertificateHint()}", FailureClass.NotSent),
            _ => ($"the connection broke: {cause}", Refused(error) ? FailureClass.NotSent : FailureClass.Unknown),
        };
        return new KubernetesException($"{what}: {problem}", error) { Class = failure };
    }

    public static Status? ReadStatus(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty || body[0] != (byte)'{')
        {
            return null;
        }

        try
        {
            var status = JsonSerializer.Deserialize<Status>(body, KubernetesJson.Options);
            return status is { Code: > 0 } or { Outcome.Length: > 0 } ? status : null;
        }
        catch (JsonException)
        {
            // Proxies answer with their own JSON; the caller quotes the text instead.
            return null;
        }
    }

    /// <summary>
    /// A 500 whose Status has no reason is how the server words some refusals (server-side apply of an undeclared field, a
    /// resourceVersion that is no number), so only those with a reason, or from somebody without a Status, are failures.
    /// </summary>
    private static FailureClass Classify(HttpStatusCode code, Status? status, TimeSpan? retryAfter) => (int)code switch
    {
        429 => FailureClass.Overload,
        503 when retryAfter is not null => FailureClass.Overload,
        500 when status is { Reason: "" } => FailureClass.Refusal,
        501 or 505 => FailureClass.Refusal,
        >= 500 => FailureClass.Unknown,
        408 => FailureClass.Unknown,
        _ => FailureClass.Refusal,
    };

    private string Unauthorized(Status? status, Credential? credential)
    {
        var said = status is null ? "" : $" ({status.Message})";
        return $"The API server {configuration.Server} does not accept the credentials of {configuration.Credentials.Description}{said}. "
            + (CredentialExpiry.Describe(credential, time) ?? $"Check the user of {configuration.Source}.");
    }

    private static string Forbidden(ApiRequest request, Status? status, byte[] body)
    {
        if (request.Resource is not { } resource)
        {
            return $"Not allowed to {request.Verb} {request.Target}: {Quote(status, body)}";
        }

        var name = resource.Resource + (request.Subresource.Length > 0 ? $"/{request.Subresource}" : "");
        var where = request.Name.Namespace.Length > 0 ? $"in namespace \"{request.Name.Namespace}\"" : "at the cluster scope";
        // The server knows better than the request which verb it asked for: exec needs get and create, apply needs patch and create.
        var named = MissingVerb().Match(status?.Message ?? "");
        var verb = named.Success ? named.Groups["verb"].Value : request.Verb;
        return $"Not allowed to {request.Verb} {request.Target}: {Quote(status, body)}. "
            + $"If a role is missing: it needs verb \"{verb}\" on resource \"{name}\" in API group \"{resource.Group}\" {where}.";
    }

    [GeneratedRegex("cannot (?<verb>[a-z]+) resource ", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex MissingVerb();

    private static string Quote(Status? status, byte[] body)
    {
        if (status is { Message.Length: > 0 })
        {
            return status.Message;
        }

        var text = Encoding.UTF8.GetString(body, 0, Math.Min(body.Length, 500)).Trim();
        return text.Length == 0 ? "the server gave no reason" : text;
    }

    private static string Reason(HttpStatusCode code, Status? status) =>
        status is { Reason.Length: > 0 } ? $"{(int)code} {status.Reason}" : $"{(int)code}";

    private string CertificateHint()
    {
        // GetAsync of file and exec sources may block; only a credential that is at hand is worth a hint.
        var credential = configuration.Credentials.GetAsync(CancellationToken.None);
        var hint = credential.IsCompletedSuccessfully ? CredentialExpiry.Describe(credential.GetAwaiter().GetResult(), time) : null;
        return hint is null ? "" : $" {hint}";
    }

    private static bool Refused(Exception error) =>
        Find<SocketException>(error) is { SocketErrorCode: SocketError.ConnectionRefused or SocketError.HostNotFound or SocketError.HostUnreachable };

    private static T? Find<T>(Exception? error)
        where T : Exception
    {
        for (; error is not null; error = error.InnerException)
        {
            if (error is T found)
            {
                return found;
            }
        }

        return null;
    }

    private static Exception Innermost(Exception error)
    {
        while (error.InnerException is { } inner)
        {
            error = inner;
        }

        return error;
    }
}
