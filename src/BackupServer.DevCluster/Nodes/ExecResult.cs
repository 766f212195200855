using System.Globalization;
using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Nodes;

/// <summary>The Status that ends an exec, as a kubelet words it. Pure.</summary>
internal static class ExecResult
{
    public static JsonObject Of(int exitCode, IReadOnlyList<string> command, bool oldProtocol)
    {
        if (exitCode == 0) return new JsonObject { ["metadata"] = new JsonObject(), ["status"] = "Success" };
        var code = exitCode.ToString(CultureInfo.InvariantCulture);
        var words = oldProtocol
            ? $"error executing command [{string.Join(' ', command)}], exit code {code}"
            : $"command terminated with exit code {code}";
        return new JsonObject
        {
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = $"command terminated with non-zero exit code: {words}",
            ["reason"] = "NonZeroExitCode",
            ["details"] = new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ExitCode", ["message"] = code }) },
        };
    }

    public static JsonObject Failed(string message) => new()
    {
        ["metadata"] = new JsonObject(),
        ["status"] = "Failure",
        ["message"] = $"Internal error occurred: error executing command in container: {message}",
        ["reason"] = "InternalError",
        ["details"] = new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["message"] = $"error executing command in container: {message}" }) },
        ["code"] = 500,
    };
}
