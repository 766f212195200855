using System.Text.Json;
using BackupServer.Abstractions.Objects;
using BackupServer.Engine.Clusters;
using BackupServer.Engine.Selecting;
using BackupServer.Engine.Volumes;

namespace BackupServer.Engine.Collecting;

/// <summary>Which ClusterRoleBindings name a ServiceAccount. Read once, when the first account is seen.</summary>
internal sealed class AccountBindings(IClusterReader cluster, ApiCatalog catalog, CancellationToken cancellationToken)
{
    private readonly Lazy<Task<ILookup<ObjectName, ObjectReference>>> _byAccount = new(() => ReadAsync(cluster, catalog, cancellationToken));

    public async Task<IEnumerable<ObjectReference>> OfAsync(ObjectName account) => (await _byAccount.Value)[account];

    private static async Task<ILookup<ObjectName, ObjectReference>> ReadAsync(IClusterReader cluster, ApiCatalog catalog, CancellationToken cancellationToken)
    {
        var found = new List<(ObjectName Account, ObjectReference Binding)>();
        if (catalog.Find(WellKnown.ClusterRoleBindings) is { } type)
        {
            await foreach (var page in cluster.ListAsync(type, null, "", cancellationToken))
            {
                foreach (var binding in page)
                {
                    found.AddRange(AccountsOf(binding).Select(account => (account, new ObjectReference(WellKnown.ClusterRoleBindings, binding.Name))));
                }
            }
        }

        return found.Distinct().ToLookup(entry => entry.Account, entry => entry.Binding);
    }

    private static List<ObjectName> AccountsOf(RawObject binding)
    {
        using var document = JsonDocument.Parse(binding.Utf8);
        return
        [
            .. document.RootElement.Items("subjects")
                .Where(subject => subject.Text("kind") == "ServiceAccount")
                .Select(subject => new ObjectName(subject.Text("namespace"), subject.Text("name"))),
        ];
    }
}
