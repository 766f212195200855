using System.Globalization;
using System.Text.Json.Nodes;
using BackupServer.DevCluster.Ownership;
using BackupServer.DevCluster.Registry;
using BackupServer.DevCluster.Schemas;
using BackupServer.DevCluster.Storage;

namespace BackupServer.DevCluster.Api;

/// <summary>Creation and conditional update of one object: the order of steps is documented on <see cref="IKindBehaviour"/>.</summary>
internal sealed class ObjectWriter(ResourceService service, ObjectStore store)
{
    private const int Attempts = 64;

    public JsonObject Create(ResourceDefinition resource, string ns, JsonObject obj, WriteOptions options, bool apply = false)
    {
        var behaviour = service.Behaviours.For(resource);
        var context = service.Context(resource, "", options);
        Identify(resource, ns, obj);
        var metadata = obj.Metadata();
        if (obj.ResourceVersion().Length > 0 && !apply)
        {
            throw ApiErrors.Unclassified("resourceVersion should not be set on objects to be created");
        }

        behaviour.Default(obj, context);
        var generated = obj.Name().Length == 0 && ((string?)metadata["generateName"] ?? "").Length > 0;
        if (generated)
        {
            metadata["name"] = NameGenerator.Generate((string)metadata["generateName"]!, service.Random);
        }

        service.Admission.Admit(new AdmissionRequest("CREATE", resource, "", ns, obj.Name(), obj, null, options, service));
        PrepareMetadataForCreate(metadata);
        behaviour.PrepareForCreate(obj, context);
        if (apply)
        {
            ServerSideApply.Stamp(resource, obj, options, "", context.Now);
        }
        else
        {
            FieldOwnership.TrackUpdate(resource, null, obj, options, "", context.Now);
        }

        var errors = new FieldErrors();
        MetadataRules.ValidateCreate(resource, obj, errors);
        behaviour.Validate(obj, null, errors, context);
        errors.ThrowIfAny(resource, obj.Name());
        service.Admission.Validate(new AdmissionRequest("CREATE", resource, "", ns, obj.Name(), obj, null, options, service));
        if (store.Get(resource.Bucket, ns, obj.Name()) is { } existing)
        {
            throw ApiErrors.AlreadyExists(resource, obj.Name(), existing.IsDeleting);
        }

        behaviour.Allocate(obj, null, context);
        return Store(resource, obj, null, options, behaviour, context);
    }

    /// <param name="resource">Resource.</param>
    /// <param name="ns">Namespace or empty.</param>
    /// <param name="name">Name.</param>
    /// <param name="transform">Makes the new tree of the current one (which it may change and return).</param>
    /// <param name="options">Options.</param>
    /// <param name="subresource">Subresource or empty.</param>
    /// <param name="operation">managedFields operation: Update or Apply.</param>
    /// <param name="conditional">Whether the caller named a resourceVersion: then a conflict is an answer, not a reason to try again.</param>
    public WriteResult Update(
        ResourceDefinition resource, string ns, string name, Func<JsonObject, JsonObject> transform, WriteOptions options,
        string subresource, string operation, bool conditional)
    {
        var behaviour = service.Behaviours.For(resource);
        var context = service.Context(resource, subresource, options);
        for (var attempt = 1; ; attempt++)
        {
            var stored = store.Get(resource.Bucket, ns, name);
            if (stored is null)
            {
                return CreateByUpdate(resource, ns, name, transform, options, subresource, operation, behaviour);
            }

            try
            {
                return new WriteResult(UpdateOnce(resource, stored, transform, options, operation, behaviour, context), false);
            }
            catch (WriteConflictException) when (!conditional && attempt < Attempts)
            {
                options.Warnings.Clear();
            }
            catch (WriteConflictException)
            {
                throw ApiErrors.Modified(resource, name);
            }
        }
    }

    /// <summary>An update or apply of what is not there: some kinds let a PUT create, apply always does.</summary>
    private WriteResult CreateByUpdate(
        ResourceDefinition resource, string ns, string name, Func<JsonObject, JsonObject> transform, WriteOptions options, string subresource,
        string operation, IKindBehaviour behaviour)
    {
        var apply = operation == "Apply";
        if (subresource.Length > 0 || (operation != "Update" && !apply) || (!apply && !behaviour.AllowCreateOnUpdate))
        {
            throw ApiErrors.NotFound(resource, name);
        }

        var empty = new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } };
        var obj = transform(empty);
        if (!apply && obj.ResourceVersion().Length > 0)
        {
            throw ApiErrors.NotFound(resource, name);
        }

        obj.Metadata()["name"] = name;
        return new WriteResult(Create(resource, ns, obj, options, apply), true);
    }

    /// <summary>Stores a checked object and tells the behaviour.</summary>
    private JsonObject Store(
        ResourceDefinition resource, JsonObject obj, StoredObject? old, WriteOptions options, IKindBehaviour behaviour, BehaviourContext context)
    {
        if (options.DryRun)
        {
            if (old is not null)
            {
                obj.Metadata()["resourceVersion"] = old.Revision.ToString(CultureInfo.InvariantCulture);
            }

            return obj;
        }

        StoredObject stored;
        try
        {
            stored = store.Put(resource.Bucket, EncodedObject.Encode(VersionConversion.ToStored(resource, obj)), old?.Revision ?? 0);
        }
        catch (WriteConflictException) when (old is null)
        {
            throw ApiErrors.AlreadyExists(resource, obj.Name());
        }

        var result = ResourceService.Served(resource, stored);
        behaviour.Committed(result, old is null ? null : ResourceService.Served(resource, old), context);
        return result;
    }

    private JsonObject UpdateOnce(
        ResourceDefinition resource, StoredObject stored, Func<JsonObject, JsonObject> transform, WriteOptions options, string operation,
        IKindBehaviour behaviour, BehaviourContext context)
    {
        var old = ResourceService.Served(resource, stored);
        var obj = transform(ResourceService.Served(resource, stored));
        Identify(resource, stored.Namespace, obj);
        CheckResourceVersion(resource, obj, old, operation, behaviour);
        KeepSystemMetadata(resource, obj, old);
        behaviour.Default(obj, context);
        behaviour.PrepareForUpdate(obj, old, context);
        service.Admission.Admit(Request(resource, obj, old, context));
        if (!TrackOwnership(resource, obj, old, options, operation, context))
        {
            return old;
        }

        var errors = new FieldErrors();
        MetadataRules.ValidateUpdate(resource, obj, old, errors);
        behaviour.Validate(obj, old, errors, context);
        errors.ThrowIfAny(resource, stored.Name);
        service.Admission.Validate(Request(resource, obj, old, context));
        behaviour.Allocate(obj, old, context);
        if (obj.IsDeleting() && obj.Finalizers().Count == 0 && ((long?)obj["metadata"]!["deletionGracePeriodSeconds"] ?? 0) == 0 && !behaviour.HoldsDeletion(obj))
        {
            return Remove(resource, obj, old, stored, options, behaviour, context);
        }

        return Store(resource, obj, stored, options, behaviour, context);
    }

    /// <summary>Brings managedFields up to date; false when the write changes nothing.</summary>
    private static bool TrackOwnership(
        ResourceDefinition resource, JsonObject obj, JsonObject old, WriteOptions options, string operation, BehaviourContext context)
    {
        var managed = obj.Metadata()["managedFields"]?.DeepClone();
        obj.Metadata().Remove("managedFields");
        var oldManaged = old.Metadata()["managedFields"];
        old.Metadata().Remove("managedFields");
        var same = JsonNode.DeepEquals(obj, old);
        Restore(obj, managed);
        Restore(old, oldManaged);
        if (operation == "Apply")
        {
            if (!same)
            {
                ServerSideApply.Stamp(resource, obj, options, context.Subresource, context.Now);
            }

            return !same || !JsonNode.DeepEquals(managed, oldManaged);
        }

        if (!same)
        {
            FieldOwnership.TrackUpdate(resource, old, obj, options, context.Subresource, context.Now);
        }

        return !same;
    }

    private static void Restore(JsonObject obj, JsonNode? managed)
    {
        if (managed is not null)
        {
            obj.Metadata()["managedFields"] = managed;
        }
    }

    private static void CheckResourceVersion(ResourceDefinition resource, JsonObject obj, JsonObject old, string operation, IKindBehaviour behaviour)
    {
        var version = obj.ResourceVersion();
        if (version.Length == 0)
        {
            if (operation == "Update" && (behaviour.RequireResourceVersion || resource.IsCustom))
            {
                var errors = new FieldErrors();
                errors.Invalid("metadata.resourceVersion", 0, "must be specified for an update");
                throw ApiErrors.Invalid(resource.Group, resource.Resource, old.Name(), errors);
            }

            return;
        }

        if (!ulong.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            throw ApiErrors.Unclassified($"strconv.ParseUint: parsing \"{version}\": invalid syntax");
        }

        if (version != old.ResourceVersion() && version != "0")
        {
            throw ApiErrors.Modified(resource, old.Name());
        }
    }

    private AdmissionRequest Request(ResourceDefinition resource, JsonObject obj, JsonObject old, BehaviourContext context) =>
        new("UPDATE", resource, context.Subresource, old.Namespace(), old.Name(), obj, old, context.Options, service);

    /// <summary>The write that takes the last finalizer away deletes.</summary>
    private JsonObject Remove(
        ResourceDefinition resource, JsonObject obj, JsonObject old, StoredObject stored, WriteOptions options, IKindBehaviour behaviour, BehaviourContext context)
    {
        obj.Metadata()["resourceVersion"] = stored.Revision.ToString(CultureInfo.InvariantCulture);
        if (!options.DryRun)
        {
            // Watchers see the state before this write, as from an API server; the caller sees the one after it.
            var last = EncodedObject.Encode(VersionConversion.ToStored(resource, (JsonObject)old.DeepClone()));
            store.Delete(resource.Bucket, last, stored.Revision);
            behaviour.Committed(null, old, context);
        }

        return obj;
    }

    private static void Identify(ResourceDefinition resource, string ns, JsonObject obj)
    {
        obj["kind"] = resource.Kind;
        obj["apiVersion"] = resource.ApiVersion;
        if (ns.Length > 0)
        {
            obj.Metadata()["namespace"] = ns;
        }
        else
        {
            obj.Metadata().Remove("namespace");
        }
    }

    private void PrepareMetadataForCreate(JsonObject metadata)
    {
        metadata["uid"] = NameGenerator.Uid(service.Random);
        metadata["creationTimestamp"] = ObjectMeta.Timestamp(service.Time.GetUtcNow());
        metadata.Remove("deletionTimestamp");
        metadata.Remove("deletionGracePeriodSeconds");
        metadata.Remove("selfLink");
        metadata.Remove("resourceVersion");
    }

    private static void KeepSystemMetadata(ResourceDefinition resource, JsonObject obj, JsonObject old)
    {
        var metadata = obj.Metadata();
        var previous = old.Metadata();
        if ((string?)metadata["uid"] is { Length: > 0 } uid && uid != old.Uid())
        {
            throw ApiErrors.Conflict(
                resource.Group, resource.Resource, old.Name(),
                $"StorageError: invalid object, Code: 4, Key: /registry/{resource.Bucket}/{(old.Namespace().Length > 0 ? old.Namespace() + "/" : "")}{old.Name()}, "
                + $"ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: {uid}, UID in object meta: {old.Uid()}");
        }

        foreach (var key in new[] { "name", "generateName", "uid", "resourceVersion", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds" })
        {
            metadata.Remove(key);
            if (previous[key] is { } value)
            {
                metadata[key] = value.DeepClone();
            }
        }

        metadata.Remove("selfLink");
    }
}
