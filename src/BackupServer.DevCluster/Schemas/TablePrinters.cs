using BackupServer.DevCluster.Registry;

namespace BackupServer.DevCluster.Schemas;

/// <summary>Printer columns by resource; custom resources' come from their definitions, unlisted kinds show name and age.</summary>
internal sealed class TablePrinters
{
    private readonly Dictionary<string, ITablePrinter> _byBucket = [];

    /// <summary>Makes the printer of a custom resource's version; set by the schemas' components.</summary>
    public Func<ResourceDefinition, ITablePrinter>? CustomResources { get; set; }

    /// <summary>Registers the printer of <c>resource</c> (core) or <c>group/resource</c>.</summary>
    public void Add(string bucket, ITablePrinter printer) => _byBucket[bucket] = printer;

    /// <summary>The printer of a resource; null where only name and age are shown.</summary>
    public ITablePrinter? For(ResourceDefinition resource) =>
        resource.IsCustom ? CustomResources?.Invoke(resource) : _byBucket.GetValueOrDefault(resource.Bucket);
}
