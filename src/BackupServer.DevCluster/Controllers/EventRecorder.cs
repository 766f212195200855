using System.Globalization;
using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Controllers;

/// <summary>Writes v1 Events about objects. The same words about the same object count up one Event instead of making many.</summary>
internal sealed class EventRecorder(IObjectClient client, TimeProvider time, string component, string? host = null)
{
    private readonly Dictionary<(string Uid, string Reason, string Message), string> _names = [];

    public Task NormalAsync(JsonObject about, string reason, string message, CancellationToken cancellationToken) =>
        RecordAsync(about, "Normal", reason, message, cancellationToken);

    public Task WarningAsync(JsonObject about, string reason, string message, CancellationToken cancellationToken) =>
        RecordAsync(about, "Warning", reason, message, cancellationToken);

    private async Task RecordAsync(JsonObject about, string type, string reason, string message, CancellationToken cancellationToken)
    {
        var ns = about.Namespace() ?? "default";
        var now = time.GetUtcNow();
        var key = (about.Uid(), reason, message);
        string? known;
        lock (_names)
        {
            if (!_names.TryGetValue(key, out known))
            {
                if (_names.Count > 4096) _names.Clear();
                _names[key] = $"{about.Name()}.{(now - DateTimeOffset.UnixEpoch).Ticks * 100:x}";
            }
        }

        if (known is not null && await client.ChangeAsync("events", ns, known, "", Count, cancellationToken) is not null) return;
        try
        {
            await client.CreateAsync("events", ns, Make(about, _names[key], ns, type, reason, message, now.Stamp()), cancellationToken);
        }
        catch (Api.ApiStatusException)
        {
            // An Event is a courtesy: in a namespace that is going none can be made, and nothing waits for one.
            lock (_names) _names.Remove(key);
        }

        void Count(JsonObject seen)
        {
            seen["count"] = seen.Int(1, "count") + 1;
            seen["lastTimestamp"] = now.Stamp();
        }
    }

    private JsonObject Make(JsonObject about, string name, string ns, string type, string reason, string message, string stamp)
    {
        var source = new JsonObject { ["component"] = component };
        if (host is not null) source["host"] = host;
        var involved = new JsonObject
        {
            ["kind"] = about.Text("kind"),
            ["name"] = about.Name(),
            ["uid"] = about.Uid(),
            ["apiVersion"] = about.Text("apiVersion"),
            ["resourceVersion"] = about.Text("metadata", "resourceVersion"),
        };
        if (about.Namespace() is { } about_ns) involved["namespace"] = about_ns;
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Event",
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ns },
            ["involvedObject"] = involved,
            ["reason"] = reason,
            ["message"] = message.Length > 1024 ? string.Create(CultureInfo.InvariantCulture, $"{message.AsSpan(0, 1021)}...") : message,
            ["source"] = source,
            ["firstTimestamp"] = stamp,
            ["lastTimestamp"] = stamp,
            ["count"] = 1,
            ["type"] = type,
            ["reportingComponent"] = component,
            ["reportingInstance"] = host ?? string.Empty,
        };
    }
}
