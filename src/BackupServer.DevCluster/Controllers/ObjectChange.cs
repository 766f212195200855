using System.Text.Json.Nodes;
using BackupServer.DevCluster.Storage;

namespace BackupServer.DevCluster.Controllers;

/// <summary>One watched change. The cheap facts come from the store; the tree is parsed when somebody asks for it.</summary>
/// <param name="resource">Plural name, with the group behind a dot where there is one: <c>pods</c>, <c>deployments.apps</c>.</param>
/// <param name="state">The new state, or the last one when deleted.</param>
/// <param name="deleted">The object is gone from the store.</param>
/// <param name="created">It was not there before, or the subscriber sees it for the first time.</param>
internal sealed class ObjectChange(string resource, StoredObject state, bool deleted, bool created)
{
    public string Resource => resource;

    public bool Deleted => deleted;

    public bool Created => created;

    public string Uid => state.Uid;

    public bool IsDeleting => state.IsDeleting;

    public bool HasOwners => state.OwnerUids.Count > 0;

    public string? Namespace => state.Namespace.Length == 0 ? null : state.Namespace;

    public string Name => state.Name;

    public ObjectKey Key => new(Namespace, Name);

    /// <summary>Shared by all that see the change, on the feed's thread: not to be written to or kept.</summary>
    public JsonObject Object => field ??= state.ToJson();
}
