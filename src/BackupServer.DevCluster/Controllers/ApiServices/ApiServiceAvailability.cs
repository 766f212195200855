using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Controllers.ApiServices;

/// <summary>The condition Available of an APIService: what an aggregator finds on the way to the server behind it, in its order and words.</summary>
/// <param name="IsAvailable">Requests are answered.</param>
/// <param name="Reason">Reason of the condition.</param>
/// <param name="Message">Its message.</param>
internal sealed record ApiServiceAvailability(bool IsAvailable, string Reason, string Message)
{
    /// <summary>Judges an APIService.</summary>
    public static ApiServiceAvailability Of(JsonObject apiService, IObjectClient client)
    {
        if (apiService.At("spec", "service") is not JsonObject reference)
        {
            return new(true, "Local", "Local APIServices are always available");
        }

        var (ns, name, port) = (reference.Text("namespace") ?? "", reference.Text("name") ?? "", reference.Number("port") ?? 443);
        if (client.Get("services", ns, name) is not { } service)
        {
            return new(false, "ServiceNotFound", $"service/{name} in \"{ns}\" is not present");
        }

        if (service.Items("spec", "ports").FirstOrDefault(candidate => candidate.Number("port") == port) is not { } listening)
        {
            return new(false, "ServicePortError", $"service/{name} in \"{ns}\" is not listening on port {port}");
        }

        if (client.Get("endpoints", ns, name) is not { } endpoints)
        {
            return new(false, "EndpointsNotFound", $"cannot find endpoints for service/{name} in \"{ns}\"");
        }

        var portName = listening.Text("name") ?? "";
        var ready = endpoints.Items("subsets").FirstOrDefault(subset => subset.Items("addresses").Any()
            && subset.Items("ports").Any(candidate => (candidate.Text("name") ?? "") == portName));
        if (ready is null)
        {
            return new(false, "MissingEndpoints", $"endpoints for service/{name} in \"{ns}\" have no addresses with port name \"{portName}\"");
        }

        var url = $"https://{service.Text("spec", "clusterIP")}:{port}/apis/{apiService.Text("spec", "group")}/{apiService.Text("spec", "version")}";
        return new(false, "FailedDiscoveryCheck", $"failing or missing response from {url}: DevCluster forwards no requests to other API servers");
    }
}
