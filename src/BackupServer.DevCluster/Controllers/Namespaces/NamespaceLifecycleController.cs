using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Controllers.Namespaces;

/// <summary>
/// Empties a Terminating namespace: Pods first, then every other namespaced kind there is, custom ones included; says in the
/// conditions what is left; removes the <c>kubernetes</c> finalizer when nothing is.
/// </summary>
internal sealed class NamespaceLifecycleController(ControllerContext context) : Reconciler(context, "namespace-controller")
{
    private const string Finalizer = "kubernetes";

    protected override IReadOnlyCollection<string>? Watched => null;

    protected override IEnumerable<ObjectKey> KeysOf(ObjectChange change)
    {
        if (change.Resource == "namespaces") return change.IsDeleting && !change.Deleted ? [change.Key] : [];
        // Whatever disappears or loses a finalizer may be the last thing a namespace waited for.
        return change.Namespace is { } ns && (change.Deleted || change.IsDeleting) && IsTerminating(ns) ? [new ObjectKey(null, ns)] : [];
    }

    protected override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var ns = Client.Get("namespaces", null, key.Name);
        if (ns is null || !ns.IsDeleting() || !ns.Texts("spec", "finalizers").Contains(Finalizer)) return null;

        var remains = new NamespaceRemains();
        await EmptyAsync("pods", key.Name, remains, cancellationToken);
        if (!remains.Any)
        {
            foreach (var resource in Context.DeletableNamespacedResources())
            {
                if (resource != "pods") await EmptyAsync(resource, key.Name, remains, cancellationToken);
            }
        }

        var now = Time.GetUtcNow().Stamp();
        await Client.ChangeAsync("namespaces", null, key.Name, "status", terminating =>
        {
            terminating.Ensure("status")["phase"] = "Terminating";
            remains.WriteConditions(terminating, now);
        }, cancellationToken);
        if (remains.Any) return TimeSpan.FromSeconds(2);

        await Client.ChangeAsync("namespaces", null, key.Name, "finalize", RemoveFinalizer, cancellationToken);
        return null;
    }

    private static void RemoveFinalizer(JsonObject ns)
    {
        if (ns.At("spec", "finalizers") is not JsonArray finalizers) return;
        for (var i = finalizers.Count - 1; i >= 0; i--)
        {
            if (finalizers[i].Text() == Finalizer) finalizers.RemoveAt(i);
        }
    }

    private bool IsTerminating(string ns) => Client.Get("namespaces", null, ns).IsDeleting();

    private async Task EmptyAsync(string resource, string ns, NamespaceRemains remains, CancellationToken cancellationToken)
    {
        foreach (var content in Client.List(resource, ns).Where(content => !content.IsDeleting()))
        {
            try
            {
                await Client.DeleteAsync(resource, ns, content.Name(), new DeleteWish(content.Uid(), "Background"), cancellationToken);
            }
            catch (Api.ApiStatusException exception)
            {
                remains.Fail(exception.Message);
            }
        }

        // Events were made by the deletions themselves and hold nothing; they go with the next look.
        remains.Count(resource.Contains('.') ? resource : resource + ".", Client.List(resource, ns));
    }
}
