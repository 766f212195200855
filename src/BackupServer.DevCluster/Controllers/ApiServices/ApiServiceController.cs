using System.Text.Json.Nodes;
using BackupServer.DevCluster.Registry;

namespace BackupServer.DevCluster.Controllers.ApiServices;

/// <summary>
/// Keeps an APIService for each group version served here, judges those that name another server, and tells the catalog of these: their
/// groups are listed in discovery and answer 503, as behind a real aggregator whose backend is down. A key is the name of an APIService.
/// </summary>
internal sealed class ApiServiceController(ControllerContext context, ResourceCatalog catalog) : Reconciler(context, "apiservice-status-controller")
{
    private const string Definitions = "customresourcedefinitions.apiextensions.k8s.io";

    protected override IReadOnlyCollection<string>? Watched { get; } = [LocalApiServices.Resource, Definitions, "services", "endpoints"];

    protected override IEnumerable<ObjectKey> KeysOf(ObjectChange change) => change.Resource switch
    {
        LocalApiServices.Resource => [change.Key],
        Definitions => change.Object.Items("spec", "versions").Select(version => new ObjectKey(null, LocalApiServices.NameOf(change.Object.Text("spec", "group")!, version.Text("name")!))),
        _ => catalog.Remote.Select(remote => new ObjectKey(null, LocalApiServices.NameOf(remote.Group, remote.Version))),
    };

    protected override async Task<TimeSpan?> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var present = Client.Get(LocalApiServices.Resource, null, key.Name);
        if (OwnObject(key.Name) is { } own)
        {
            present ??= await Client.CreateAsync(LocalApiServices.Resource, null, own, cancellationToken);
        }
        else if (present.At("metadata", "labels", LocalApiServices.Automanaged) is not null)
        {
            await Client.DeleteAsync(LocalApiServices.Resource, null, key.Name, new DeleteWish(present!.Uid()), cancellationToken);
            return null;
        }

        TellCatalog();
        if (present is null) return null;
        var found = ApiServiceAvailability.Of(present, Client);
        await Client.ChangeAsync(
            LocalApiServices.Resource, null, key.Name, "status",
            latest => Conditions.Set(latest, "Available", found.IsAvailable ? "True" : "False", found.Reason, found.Message, Time.GetUtcNow().Stamp()), cancellationToken);
        return null;
    }

    /// <summary>The object that this server keeps under the name, or null when it does not serve what the name says.</summary>
    private JsonObject? OwnObject(string name)
    {
        var dot = name.IndexOf('.');
        var (version, group) = dot < 0 ? (name, "") : (name[..dot], name[(dot + 1)..]);
        var builtIn = catalog.BuiltInGroupVersions.ToList();
        if (builtIn.IndexOf((group, version)) is >= 0 and var place) return LocalApiServices.BuiltIn(group, version, place);

        // The definitions say it, not the catalog: that follows them by a loop of its own.
        var isCustom = Client.List(Definitions).Any(definition => definition.Text("spec", "group") == group && Conditions.IsTrue(definition, "Established")
            && definition.Items("spec", "versions").Any(candidate => candidate.Text("name") == version && candidate.Flag("served")));
        return isCustom ? LocalApiServices.Custom(group, version) : null;
    }

    private void TellCatalog() => catalog.SetRemote([.. Client.List(LocalApiServices.Resource)
        .Where(service => service.At("spec", "service") is JsonObject && !service.IsDeleting())
        .Select(service => new RemoteGroupVersion(
            service.Text("spec", "group") ?? "", service.Text("spec", "version") ?? "",
            service.Number("spec", "groupPriorityMinimum") ?? 0, service.Number("spec", "versionPriority") ?? 0))]);
}
