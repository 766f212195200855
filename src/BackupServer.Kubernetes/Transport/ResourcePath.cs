using System.Text;
using BackupServer.Abstractions.Objects;

namespace BackupServer.Kubernetes.Transport;

/// <summary>Paths of the API: <c>/api/v1/namespaces/a/pods/b/status</c>, <c>/apis/apps/v1/deployments</c>.</summary>
internal static class ResourcePath
{
    public static string Of(GroupVersionResource resource, string? ns, string? name = null, string? subresource = null)
    {
        var path = new StringBuilder(resource.Group.Length == 0 ? "/api/" : $"/apis/{resource.Group}/").Append(resource.Version);
        if (!string.IsNullOrEmpty(ns))
        {
            path.Append("/namespaces/").Append(Uri.EscapeDataString(ns));
        }

        path.Append('/').Append(resource.Resource);
        if (!string.IsNullOrEmpty(name))
        {
            path.Append('/').Append(Uri.EscapeDataString(name));
        }

        if (!string.IsNullOrEmpty(subresource))
        {
            path.Append('/').Append(subresource);
        }

        return path.ToString();
    }

    /// <summary>Adds parameters whose value is not null.</summary>
    public static string WithQuery(string path, IEnumerable<(string Name, string? Value)> parameters)
    {
        var separator = '?';
        var result = new StringBuilder(path);
        foreach (var (name, value) in parameters)
        {
            if (value is not null)
            {
                result.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
                separator = '&';
            }
        }

        return result.ToString();
    }
}
