using System.Text.Json.Nodes;
using BackupServer.DevCluster.Api;
using BackupServer.DevCluster.Controllers;
using BackupServer.DevCluster.Http;
using BackupServer.DevCluster.Nodes;
using BackupServer.DevCluster.Registry;
using BackupServer.DevCluster.Reviews;
using BackupServer.DevCluster.Schemas;
using BackupServer.DevCluster.Security;
using BackupServer.DevCluster.Storage;

namespace BackupServer.DevCluster.Cluster;

/// <summary>
/// Composes the cluster: store, catalog, behaviours, admission, controllers, nodes, HTTP. <see cref="StartAsync"/> returns when requests
/// are taken; disposing stops everything, pods' processes included.
/// </summary>
internal sealed class DevClusterHost : IAsyncDisposable
{
    private readonly ControllerRunner _controllers;
    private readonly ApiServer _server;
    private readonly DurableLog? _log;

    public DevClusterHost(DevClusterOptions options, TimeProvider time, ILoggerFactory logging)
    {
        Options = options;
        Logging = logging;
        Time = time;
        Random = options.Seed is { } seed ? new Random(seed) : new Random();
        _log = options.Data is null ? null : DurableLog.Open(Path.Combine(options.Data, "store"));
        Store = new ObjectStore(time, null, _log, _log?.TakeLoaded(), _log?.Revision ?? 0);
        Schemas = OpenApiSchemas.Shared;
        Catalog = new ResourceCatalog(BuiltInResources.Load(Schemas));
        Resources = new ResourceService(Store, Catalog, Behaviours, Admission, time, Random);
        Certificates = ClusterCertificates.LoadOrCreate(options.Data is null ? null : Path.Combine(options.Data, "pki"), time.GetUtcNow());
        Authenticator = new Authenticator(options.Token, options.NobodyToken);
        Authorizer = new Authorizer(Resources);
        ReviewComponents.Register(this);
        SchemaComponents.Register(this);
        NodeComponents.Register(this, ControllerComponents.Register(this));
        _controllers = new ControllerRunner(Controllers, logging.CreateLogger<ControllerRunner>(), time);
        _server = new ApiServer(this);
    }

    /// <summary>The command line.</summary>
    public DevClusterOptions Options { get; }

    /// <summary>Loggers.</summary>
    public ILoggerFactory Logging { get; }

    /// <summary>Clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Randomness.</summary>
    public Random Random { get; }

    /// <summary>The store.</summary>
    public ObjectStore Store { get; }

    /// <summary>Shapes of built-in kinds.</summary>
    public OpenApiSchemas Schemas { get; }

    /// <summary>Resources served.</summary>
    public ResourceCatalog Catalog { get; }

    /// <summary>Behaviours by kind; dc components register theirs.</summary>
    public KindBehaviours Behaviours { get; } = new();

    /// <summary>Admission plugins; components register theirs.</summary>
    public AdmissionChain Admission { get; } = new();

    /// <summary>Printer columns by kind.</summary>
    public TablePrinters Tables { get; } = new();

    /// <summary>Reads and writes.</summary>
    public ResourceService Resources { get; }

    /// <summary>The cluster's authority and server certificate.</summary>
    public ClusterCertificates Certificates { get; }

    /// <summary>Tokens to users.</summary>
    public Authenticator Authenticator { get; }

    /// <summary>The keys that ServiceAccounts' tokens are signed with; set by the controllers' components.</summary>
    public Func<JsonObject> TokenKeys { get; set; } = () => [];

    /// <summary>Roles and bindings.</summary>
    public Authorizer Authorizer { get; }

    /// <summary>Control loops; components register theirs.</summary>
    public List<IController> Controllers { get; } = [];

    /// <summary>Handlers of subresources such as <c>pods/exec</c>; components register theirs.</summary>
    public SubresourceHandlers Subresources { get; } = new();

    /// <summary>HTTPS address, once started.</summary>
    public Uri HttpsAddress => _server.HttpsAddress;

    /// <summary>HTTP address, once started.</summary>
    public Uri HttpAddress => _server.HttpAddress;

    /// <summary>Starts: bootstrap objects, HTTP, controllers.</summary>
    public async Task StartAsync(CancellationToken ct)
    {
        Bootstrap.Run(Resources);
        Store.Compact();
        await _server.StartAsync(ct);
        _controllers.Start();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _controllers.DisposeAsync();
        Certificates.Dispose();
        _log?.Dispose();
    }
}
