using System.Text.Json.Nodes;
using BackupServer.DevCluster.Registry;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.Api;

/// <summary>Validation of object metadata common to all kinds.</summary>
internal static class MetadataRules
{
    /// <summary>Checks the metadata of a new object.</summary>
    public static void ValidateCreate(ResourceDefinition resource, JsonObject obj, FieldErrors errors)
    {
        MetadataValidation.Validate(resource, obj, null, errors);
    }

    /// <summary>Checks the metadata of a changed object.</summary>
    public static void ValidateUpdate(ResourceDefinition resource, JsonObject obj, JsonObject old, FieldErrors errors)
    {
        MetadataValidation.Validate(resource, obj, old, errors);
        if (obj.IsDeleting())
        {
            foreach (var added in obj.Finalizers().Except(old.Finalizers()))
            {
                errors.Forbidden("metadata.finalizers", $"no new finalizers can be added if the object is being deleted, found new finalizers []string{{\"{added}\"}}");
            }
        }
    }
}
