using BackupServer.DevCluster.Api;

namespace BackupServer.DevCluster.Discovery;

/// <summary>Which discovery document a client takes.</summary>
internal static class DiscoveryForm
{
    /// <summary>True for the aggregated one (v2), false for the legacy one; 406 when the header takes neither.</summary>
    public static bool IsAggregated(string accept)
    {
        foreach (var clause in accept.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = clause.Split(';', StringSplitOptions.TrimEntries);
            if (parts[0] is not ("application/json" or "application/*" or "*/*"))
            {
                continue;
            }

            if (!parts.Any(p => p.StartsWith("as=", StringComparison.Ordinal)))
            {
                return false;
            }

            if (parts.Contains("g=apidiscovery.k8s.io") && parts.Contains("v=v2") && parts.Contains("as=APIGroupDiscoveryList"))
            {
                return true;
            }
        }

        return accept.Length == 0
            ? false
            : throw new ApiStatusException(406, "NotAcceptable", "only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf");
    }
}
