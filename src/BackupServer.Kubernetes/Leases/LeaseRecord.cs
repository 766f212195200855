using System.Text.Json;
using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Kubernetes.Errors;

namespace BackupServer.Kubernetes.Leases;

/// <summary>A Lease (coordination.k8s.io/v1) as an elector reads and writes it.</summary>
internal sealed record LeaseRecord
{
    public required string ResourceVersion { get; init; }

    /// <summary>Identity of the holder; empty when it was released.</summary>
    public required string Holder { get; init; }

    /// <summary>How long the holder asked the others to wait.</summary>
    public required TimeSpan Duration { get; init; }

    public required int Transitions { get; init; }

    /// <summary>Kept as text: it is only ever compared for equality, so that the clocks of two machines need not agree.</summary>
    public required string RenewTime { get; init; }

    public required string AcquireTime { get; init; }

    public static LeaseRecord Parse(RawObject lease)
    {
        try
        {
            var spec = lease.ToNode()["spec"] as JsonObject ?? [];
            return new LeaseRecord
            {
                ResourceVersion = lease.Metadata.ResourceVersion,
                Holder = (string?)spec["holderIdentity"] ?? "",
                Duration = TimeSpan.FromSeconds((double?)spec["leaseDurationSeconds"] ?? 0),
                Transitions = (int?)spec["leaseTransitions"] ?? 0,
                RenewTime = (string?)spec["renewTime"] ?? "",
                AcquireTime = (string?)spec["acquireTime"] ?? "",
            };
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or JsonException)
        {
            throw new KubernetesException($"{lease} is no usable Lease: {e.Message}", e);
        }
    }

    public static string Timestamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'");

    public byte[] ToBytes(string ns, string name)
    {
        var metadata = new JsonObject { ["name"] = name, ["namespace"] = ns };
        if (ResourceVersion.Length > 0)
        {
            metadata["resourceVersion"] = ResourceVersion;
        }

        var lease = new JsonObject
        {
            ["apiVersion"] = "coordination.k8s.io/v1",
            ["kind"] = "Lease",
            ["metadata"] = metadata,
            ["spec"] = new JsonObject
            {
                ["holderIdentity"] = Holder,
                ["leaseDurationSeconds"] = Math.Max(1, (int)Math.Ceiling(Duration.TotalSeconds)),
                ["acquireTime"] = AcquireTime,
                ["renewTime"] = RenewTime,
                ["leaseTransitions"] = Transitions,
            },
        };
        return JsonSerializer.SerializeToUtf8Bytes(lease, KubernetesJson.Options);
    }
}
