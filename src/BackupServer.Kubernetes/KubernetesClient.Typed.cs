using System.Runtime.CompilerServices;
using System.Text.Json;
using BackupServer.Abstractions.Objects;
using BackupServer.Kubernetes.Errors;
using BackupServer.Kubernetes.Lists;
using BackupServer.Kubernetes.Writes;

namespace BackupServer.Kubernetes;

/// <summary>The same for types that carry <see cref="CustomResourceAttribute"/>, which says where they are served.</summary>
public sealed partial class KubernetesClient
{
    /// <summary>Reads a custom resource.</summary>
    public async Task<T> GetAsync<T>(string ns, string name, CancellationToken cancellationToken = default)
        where T : class, ICustomResource => Typed<T>(await GetAsync(AddressOf<T>(), ns, name, cancellationToken));

    /// <summary>Reads a custom resource; null when it is not there.</summary>
    public async Task<T?> FindAsync<T>(string ns, string name, CancellationToken cancellationToken = default)
        where T : class, ICustomResource => await FindAsync(AddressOf<T>(), ns, name, cancellationToken) is { } found ? Typed<T>(found) : null;

    /// <summary>Lists custom resources, page by page.</summary>
    public async IAsyncEnumerable<T> ListAsync<T>(ListOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where T : class, ICustomResource
    {
        await foreach (var item in ListAsync(AddressOf<T>(), options).WithCancellation(cancellationToken))
        {
            yield return Typed<T>(item);
        }
    }

    /// <summary>Creates a custom resource in the namespace of its metadata. <c>apiVersion</c> and <c>kind</c> are filled in.</summary>
    public async Task<T> CreateAsync<T>(T resource, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, ICustomResource =>
        Typed<T>(await CreateAsync(AddressOf<T>(), resource.Metadata.Namespace, Bytes(resource), options, cancellationToken));

    /// <summary>Replaces a custom resource; <c>metadata.resourceVersion</c> guards against lost changes of others.</summary>
    public async Task<T> ReplaceAsync<T>(T resource, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, ICustomResource =>
        Typed<T>(await ReplaceAsync(AddressOf<T>(), resource.Metadata.Namespace, resource.Metadata.Name, Bytes(resource), options, cancellationToken));

    /// <summary>Replaces the status of a custom resource; everything else in it is ignored by the server.</summary>
    public Task<T> ReplaceStatusAsync<T>(T resource, CancellationToken cancellationToken = default)
        where T : class, ICustomResource => ReplaceAsync(resource, WriteOptions.Status, cancellationToken);

    /// <summary>Changes a custom resource or its subresource.</summary>
    public async Task<T> PatchAsync<T>(string ns, string name, Patch patch, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, ICustomResource => Typed<T>(await PatchAsync(AddressOf<T>(), ns, name, patch, options, cancellationToken));

    /// <summary>Deletes a custom resource.</summary>
    /// <returns>False when it was not there.</returns>
    public Task<bool> DeleteAsync<T>(string ns, string name, DeleteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, ICustomResource => DeleteAsync(AddressOf<T>(), ns, name, options, cancellationToken);

    /// <summary>Reads an object into its type.</summary>
    /// <exception cref="KubernetesException">The object does not fit the type.</exception>
    public static T Typed<T>(RawObject raw)
        where T : class, ICustomResource
    {
        try
        {
            return JsonSerializer.Deserialize<T>(raw.Utf8.Span, KubernetesJson.Options) ?? throw new JsonException("it is null");
        }
        catch (JsonException e)
        {
            throw new KubernetesException($"{raw} is not a {typeof(T).Name} this program understands: {e.Message}", e);
        }
    }

    private static GroupVersionResource AddressOf<T>() => CustomResourceAttribute.Of(typeof(T)).Resource;

    private static byte[] Bytes<T>(T resource)
        where T : class, ICustomResource
    {
        var attribute = CustomResourceAttribute.Of(typeof(T));
        resource.ApiVersion = attribute.Resource.ApiVersion;
        resource.Kind = attribute.Kind;
        return JsonSerializer.SerializeToUtf8Bytes(resource, KubernetesJson.Options);
    }
}
