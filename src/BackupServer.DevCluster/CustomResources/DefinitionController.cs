using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Cluster;
using BackupServer.DevCluster.Registry;
using BackupServer.DevCluster.Schemas;

namespace BackupServer.DevCluster.CustomResources;

/// <summary>
/// The life of definitions: accepts their names, serves their versions, and when one is deleted removes its instances before letting it go.
/// </summary>
internal sealed class DefinitionController(ResourceService resources, TimeProvider time) : IController
{
    private static readonly TimeSpan CleanupInterval = TimeSpan.FromMilliseconds(200);
    private static readonly WriteOptions Options = WriteOptions.Controller("customresourcedefinitions");
    private readonly ResourceDefinition _definitions = resources.Catalog.Get("apiextensions.k8s.io", "v1", "customresourcedefinitions");

    /// <inheritdoc/>
    public string Name => "customresourcedefinitions";

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken ct)
    {
        var cleanups = new List<Task>();
        await foreach (var change in resources.WatchAsync(_definitions, ct: ct))
        {
            cleanups.RemoveAll(task => task.IsCompletedSuccessfully);
            var definition = change.Object.ToJson();
            if (change.Type == WatchEventType.Deleted)
            {
                Withdraw(definition);
            }
            else if (change.Object.IsDeleting)
            {
                if (change.Previous?.IsDeleting != true)
                {
                    cleanups.Add(CleanUpAsync(definition, ct));
                }
            }
            else
            {
                Establish(definition);
            }
        }

        await Task.WhenAll(cleanups);
    }

    private void Withdraw(JsonObject definition) =>
        resources.Catalog.SetCustom(Json.Text(definition, "spec", "group")!, Json.Text(definition, "spec", "names", "plural")!, []);

    /// <summary>Accepts the names unless another resource of the group has them, then serves.</summary>
    private void Establish(JsonObject definition)
    {
        var conflict = Conflict(definition);
        if (conflict is null && IsTrue(definition, "Established"))
        {
            Serve(definition);
            return;
        }

        resources.Modify(_definitions, "", definition.Name(), current =>
        {
            var status = Json.Object(current, "status");
            if (conflict is not null)
            {
                return SetCondition(status, "NamesAccepted", "False", conflict.Value.Reason, conflict.Value.Message)
                    | SetCondition(status, "Established", "False", "NotAccepted", "not all names are accepted");
            }

            status["acceptedNames"] = current["spec"]!["names"]!.DeepClone();
            SetCondition(status, "NamesAccepted", "True", "NoConflicts", "no conflicts found");
            SetCondition(status, "Established", "True", "InitialNamesAccepted", "the initial names have been accepted");
            Serve(current);
            return true;
        }, Options, "status");
    }

    private void Serve(JsonObject definition)
    {
        var group = Json.Text(definition, "spec", "group")!;
        var plural = Json.Text(definition, "spec", "names", "plural")!;
        resources.Catalog.SetCustom(group, plural, DefinitionReader.Read(definition));
    }

    private (string Reason, string Message)? Conflict(JsonObject definition)
    {
        var group = Json.Text(definition, "spec", "group");
        var names = definition["spec"]!["names"]!.AsObject();
        var others = resources.Catalog.All.Where(other => other.Group == group && other.Custom?.DefinitionName != definition.Name()).ToList();
        var kind = Json.Text(names, "kind");
        var plural = Json.Text(names, "plural");
        return others.Exists(other => other.Kind == kind) ? ("KindConflict", $"\"{kind}\" is already in use")
            : others.Exists(other => other.Resource == plural) ? ("PluralConflict", $"\"{plural}\" is already in use")
            : null;
    }

    /// <summary>Deletes the instances again and again until none is left (finalizers may hold them), then the finalizer.</summary>
    private async Task CleanUpAsync(JsonObject definition, CancellationToken ct)
    {
        resources.Modify(_definitions, "", definition.Name(),
            current => SetCondition(Json.Object(current, "status"), "Terminating", "True", "InstanceDeletionInProgress", "CustomResource deletion is in progress"),
            Options, "status");
        while (!ct.IsCancellationRequested)
        {
            var versions = DefinitionReader.Read(definition);
            var instances = versions.Count == 0 ? [] : resources.List(versions[0]);
            if (instances.Count == 0)
            {
                break;
            }

            foreach (var instance in instances.Where(instance => !instance.IsDeleting))
            {
                resources.DeleteIfExists(versions[0], instance.Namespace, instance.Name, new DeleteOptions(), Options);
            }

            await Task.Delay(CleanupInterval, time, ct);
        }

        resources.Modify(_definitions, "", definition.Name(), current =>
        {
            var finalizers = Json.Array(current.Metadata(), "finalizers");
            return finalizers.RemoveAll(finalizer => (string?)finalizer == DefinitionBehaviour.CleanupFinalizer) > 0;
        }, Options);
    }

    private static bool IsTrue(JsonObject definition, string type) => Json.Items(Json.Get(definition, "status", "conditions"))
        .Any(condition => Json.Text(condition, "type") == type && Json.Text(condition, "status") == "True");

    private bool SetCondition(JsonObject status, string type, string value, string reason, string message)
    {
        var conditions = Json.Array(status, "conditions");
        var condition = Json.Items(conditions).FirstOrDefault(candidate => Json.Text(candidate, "type") == type);
        if (condition is not null && Json.Text(condition, "status") == value && Json.Text(condition, "reason") == reason)
        {
            return false;
        }

        if (condition is null)
        {
            conditions.Add(condition = new JsonObject { ["type"] = type });
        }

        condition["status"] = value;
        condition["lastTransitionTime"] = ObjectMeta.Timestamp(time.GetUtcNow());
        condition["reason"] = reason;
        condition["message"] = message;
        return true;
    }
}
