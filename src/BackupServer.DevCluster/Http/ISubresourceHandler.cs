namespace BackupServer.DevCluster.Http;

/// <summary>Serves one subresource. Authentication and authorization are done when it is called.</summary>
internal interface ISubresourceHandler
{
    /// <summary>
    /// Answers the request: with <see cref="ApiRequest.WriteAsync"/> for JSON, or by writing to (or upgrading) <see cref="ApiRequest.Http"/>.
    /// Throw <c>ApiStatusException</c> before the answer has begun to answer with a Status.
    /// </summary>
    Task HandleAsync(ApiRequest request, CancellationToken ct);
}
