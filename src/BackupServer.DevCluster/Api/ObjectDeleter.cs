using System.Globalization;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Registry;
using BackupServer.DevCluster.Schemas;
using BackupServer.DevCluster.Storage;

namespace BackupServer.DevCluster.Api;

/// <summary>Deletion of one object: preconditions, grace, finalizers, propagation.</summary>
internal sealed class ObjectDeleter(ResourceService service, ObjectStore store)
{
    private const string Foreground = "foregroundDeletion";
    private const string Orphan = "orphan";

    public DeleteResult Delete(ResourceDefinition resource, string ns, string name, DeleteOptions delete, WriteOptions options)
    {
        delete.Validate();
        options = delete.DryRun.Count > 0 ? options with { DryRun = true } : options;
        while (true)
        {
            var stored = store.Get(resource.Bucket, ns, name) ?? throw ApiErrors.NotFound(resource, name);
            try
            {
                return DeleteOnce(resource, stored, delete, options);
            }
            catch (WriteConflictException)
            {
                // Another write came between reading and deleting; its state must be judged anew, preconditions included.
                options.Warnings.Clear();
            }
        }
    }

    private DeleteResult DeleteOnce(ResourceDefinition resource, StoredObject stored, DeleteOptions delete, WriteOptions options)
    {
        var behaviour = service.Behaviours.For(resource);
        var context = service.Context(resource, "", options);
        var old = ResourceService.Served(resource, stored);
        CheckPreconditions(resource, old, delete);
        service.Admission.Validate(new AdmissionRequest("DELETE", resource, "", stored.Namespace, stored.Name, null, old, options, service));
        var plan = new DeletionPlan { RequestedGraceSeconds = delete.GracePeriodSeconds, RequestedPropagation = Propagation(delete) };
        behaviour.PlanDeletion(old, plan, context);
        var obj = (JsonObject)old.DeepClone();
        var finalizers = NewFinalizers(old.Finalizers(), plan);
        SetFinalizers(obj.Metadata(), finalizers);
        Mark(obj.Metadata(), old.Metadata(), plan);
        var held = behaviour.HoldsDeletion(obj);
        if (finalizers.Count == 0 && plan.GraceSeconds == 0 && !held)
        {
            return Remove(resource, stored, old, obj, options, behaviour, context);
        }

        if (JsonNode.DeepEquals(obj, old) || options.DryRun)
        {
            return new DeleteResult(obj, false);
        }

        var marked = store.Put(resource.Bucket, EncodedObject.Encode(VersionConversion.ToStored(resource, obj)), stored.Revision);
        var result = ResourceService.Served(resource, marked);
        behaviour.Committed(result, old, context);
        return new DeleteResult(result, false);
    }

    private DeleteResult Remove(
        ResourceDefinition resource, StoredObject stored, JsonObject old, JsonObject obj, WriteOptions options, IKindBehaviour behaviour, BehaviourContext context)
    {
        var answer = behaviour is IGracefulKind ? obj : (JsonObject)old.DeepClone();
        if (!options.DryRun)
        {
            var last = store.Delete(resource.Bucket, EncodedObject.Encode(VersionConversion.ToStored(resource, (JsonObject)old.DeepClone())), stored.Revision);
            answer.Metadata()["resourceVersion"] = last.Revision.ToString(CultureInfo.InvariantCulture);
            behaviour.Committed(null, old, context);
        }

        return new DeleteResult(answer, true);
    }

    private void Mark(JsonObject metadata, JsonObject previous, DeletionPlan plan)
    {
        var before = (long?)previous["deletionGracePeriodSeconds"];
        if (previous["deletionTimestamp"] is not null && before is not null && plan.GraceSeconds >= before)
        {
            return;
        }

        metadata["deletionTimestamp"] = ObjectMeta.Timestamp(service.Time.GetUtcNow().AddSeconds(plan.GraceSeconds));
        metadata["deletionGracePeriodSeconds"] = plan.GraceSeconds;
        if (previous["deletionTimestamp"] is null && (long?)previous["generation"] is { } generation)
        {
            metadata["generation"] = generation + 1;
        }
    }

    private static List<string> NewFinalizers(IReadOnlyList<string> old, DeletionPlan plan)
    {
        var orphanFinalizer = old.Contains(Orphan) && plan.RequestedPropagation is null;
        var policy = plan.RequestedPropagation ?? (old.Contains(Foreground) ? "Foreground" : orphanFinalizer ? "Orphan" : plan.DefaultPropagation);
        var finalizers = old.Where(f => f is not (Foreground or Orphan)).ToList();
        if (policy is "Foreground")
        {
            finalizers.Add(Foreground);
        }
        else if (policy is "Orphan")
        {
            finalizers.Add(Orphan);
        }

        return finalizers;
    }

    private static void SetFinalizers(JsonObject metadata, List<string> finalizers)
    {
        if (finalizers.Count == 0)
        {
            metadata.Remove("finalizers");
        }
        else
        {
            metadata["finalizers"] = new JsonArray([.. finalizers.Select(f => (JsonNode)f)]);
        }
    }

    private static string? Propagation(DeleteOptions delete) =>
        delete.PropagationPolicy ?? (delete.OrphanDependents is { } orphan ? orphan ? "Orphan" : "Background" : null);

    private static void CheckPreconditions(ResourceDefinition resource, JsonObject old, DeleteOptions delete)
    {
        if (delete.PreconditionUid is { } uid && uid != old.Uid())
        {
            throw ApiErrors.Conflict(
                resource.Group, resource.Kind, old.Name(),
                $"the UID in the precondition ({uid}) does not match the UID in record ({old.Uid()}). The object might have been deleted and then recreated");
        }

        if (delete.PreconditionResourceVersion is { } version && version != old.ResourceVersion())
        {
            throw ApiErrors.Conflict(
                resource.Group, resource.Kind, old.Name(),
                $"the ResourceVersion in the precondition ({version}) does not match the ResourceVersion in record ({old.ResourceVersion()}). The object might have been modified");
        }
    }
}
