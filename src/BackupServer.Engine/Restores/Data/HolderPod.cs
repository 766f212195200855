using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Abstractions.Resources;
using BackupServer.Engine.Restores.Planning;
using BackupServer.Engine.Restores.Stages;

namespace BackupServer.Engine.Restores.Data;

/// <summary>
/// A small pod that mounts a claim while its data is written: it makes the scheduler choose a node, the provisioner make the volume, and the
/// kubelet mount it. The pods of the application stay as they were. Pure.
/// </summary>
internal static class HolderPod
{
    /// <summary>Name of the volume in the pod.</summary>
    public const string VolumeName = "data";

    /// <summary>Name of the pod for a claim: the same in every run of a restore, so a run that starts again finds it.</summary>
    public static ObjectName NameFor(RestoreRequest request, PlannedVolume volume)
    {
        var digits = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{request.Uid}/{volume.Key}")))[..16];
        return new ObjectName(volume.TargetNamespace, $"volume-restore-{digits}");
    }

    public static JsonObject Make(RestoreRequest request, PlannedVolume volume)
    {
        var name = NameFor(request, volume);
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = new JsonObject
            {
                ["name"] = name.Name,
                ["namespace"] = name.Namespace,
                ["labels"] = new JsonObject
                {
                    [Labels.RestoreName] = OriginLabels.Shorten(request.Name),
                    [Labels.RestoreUid] = request.Uid,
                    [Labels.ExcludeFromBackup] = "true",
                },
            },
            ["spec"] = new JsonObject
            {
                ["automountServiceAccountToken"] = false,
                ["enableServiceLinks"] = false,
                ["terminationGracePeriodSeconds"] = 0,
                ["securityContext"] = new JsonObject
                {
                    ["runAsNonRoot"] = true,
                    ["runAsUser"] = 65532,
                    ["runAsGroup"] = 65532,
                    ["seccompProfile"] = new JsonObject { ["type"] = "RuntimeDefault" },
                },
                ["containers"] = new JsonArray(Container(request)),
                ["volumes"] = new JsonArray(new JsonObject
                {
                    ["name"] = VolumeName,
                    ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = volume.Record.Claim },
                }),
            },
        };
    }

    private static JsonObject Container(RestoreRequest request) => new()
    {
        ["name"] = "holder",
        ["image"] = request.HolderImage,
        ["command"] = new JsonArray([.. request.HolderCommand.Select(part => (JsonNode)part)]),
        ["securityContext"] = new JsonObject
        {
            ["allowPrivilegeEscalation"] = false,
            ["readOnlyRootFilesystem"] = true,
            ["capabilities"] = new JsonObject { ["drop"] = new JsonArray("ALL") },
        },
        ["resources"] = new JsonObject
        {
            ["requests"] = new JsonObject { ["cpu"] = "10m", ["memory"] = "16Mi" },
            ["limits"] = new JsonObject { ["cpu"] = "100m", ["memory"] = "64Mi" },
        },
        ["volumeMounts"] = new JsonArray(new JsonObject { ["name"] = VolumeName, ["mountPath"] = "/volume" }),
    };
}
