using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Controllers;

/// <summary>
/// The API as a controller uses it: under an identity of its own and through the same admission, validation and field
/// management as any client, but in-process. Reads see the store as it is now, so no controller works from a stale cache.
/// Resources are named <c>plural[.group]</c>. Objects handed out are the caller's to change.
/// </summary>
internal interface IObjectClient
{
    /// <summary>The object, or null when it, its namespace or its kind is not there.</summary>
    JsonObject? Get(string resource, string? ns, string name);

    /// <summary>All objects of the resource, in one namespace or everywhere; empty when the kind is not served.</summary>
    IReadOnlyList<JsonObject> List(string resource, string? ns = null);

    /// <summary>Creates and returns what the server made of it. Refusals are <see cref="Api.ApiStatusException"/>s.</summary>
    Task<JsonObject> CreateAsync(string resource, string? ns, JsonObject body, CancellationToken cancellationToken);

    /// <summary>
    /// Reads the object, lets <paramref name="change"/> write to it and stores it when that changed anything, again from the start
    /// after a conflict. Null when the object is not there. The subresource is empty, <c>status</c>, <c>finalize</c> or <c>binding</c>.
    /// </summary>
    Task<JsonObject?> ChangeAsync(string resource, string? ns, string name, string subresource, Action<JsonObject> change, CancellationToken cancellationToken);

    /// <summary>False when the object (or the one with the wished uid) was not there.</summary>
    Task<bool> DeleteAsync(string resource, string? ns, string name, DeleteWish wish, CancellationToken cancellationToken);
}
