using System.Text.Json.Nodes;
using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Clusters;
using BackupServer.Engine.Restores.Planning;

namespace BackupServer.Engine.Restores.Stages;

/// <summary>
/// Restores the status of custom resources that have the subresource, because operators keep there what they cannot find out again.
/// Built-in kinds' status is their controllers' work. The annotation decides otherwise for a single object.
/// </summary>
internal sealed class StatusStage(RestoreState state, IClusterWriter writer)
{
    private const string Annotation = "backupserver.io/restore-status";
    private const string VeleroAnnotation = "velero.io/restore-status";

    public static bool IsWanted(ResourceType type, RestoreWave wave, RawObject stored)
    {
        var said = stored.Metadata.Annotations.GetValueOrDefault(Annotation) ?? stored.Metadata.Annotations.GetValueOrDefault(VeleroAnnotation);
        return type.Subresources.Contains("status")
            && (bool.TryParse(said, out var wanted) ? wanted : wave == RestoreWave.CustomResources);
    }

    public async Task RunAsync(ResourceType type, ObjectReference target, RawObject stored, CancellationToken cancellationToken)
    {
        if (stored.ToNode()["status"] is not JsonObject { Count: > 0 } status)
        {
            return;
        }

        var result = await writer.PatchStatusAsync(type, target.Name, new JsonObject { ["status"] = status.DeepClone() }, cancellationToken);
        if (!result.IsDone)
        {
            state.Journal.Warn(target.ToString(), $"It was restored, but its status was refused: {result.Message}");
        }
    }
}
