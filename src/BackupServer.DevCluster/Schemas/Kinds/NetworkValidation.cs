using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas.Kinds;

/// <summary>Ingresses.</summary>
internal static class NetworkValidation
{
    public static void IngressSpec(ValidationCase test)
    {
        if (test.Value["rules"] is not JsonArray { Count: > 0 } && test.Value["defaultBackend"] is null)
        {
            test.Errors.Invalid(test.Path, null, "either `defaultBackend` or `rules` must be specified");
        }
    }

    public static void IngressHost(ValidationCase test)
    {
        if (Json.Text(test.Value, "host") is { Length: > 0 } host)
        {
            foreach (var problem in host.Contains('*') ? Names.WildcardSubdomain(host) : Names.DnsSubdomain(host))
            {
                test.Errors.Invalid(test.At("host"), host, problem);
            }
        }
    }

    public static void IngressPath(ValidationCase test)
    {
        if (Json.Text(test.Value, "pathType") is "Exact" or "Prefix" && Json.Text(test.Value, "path")?.StartsWith('/') != true)
        {
            test.Errors.Invalid(test.At("path"), Json.Text(test.Value, "path") ?? "", "must be an absolute path");
        }
    }
}
