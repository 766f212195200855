namespace BackupServer.EndToEnd.Tests.Clusters;

/// <summary>One cluster for all tests that disturb nothing outside of the namespaces and locations they make.</summary>
public sealed class SharedCluster : TestCluster
{
    private readonly SemaphoreSlim _gate = new(1);
    private SmallApplication? _application;
    private TestLocation? _location;

    /// <summary>A location for all who do no harm to it.</summary>
    internal Task<TestLocation> LocationAsync() => OnceAsync(() => _location, l => _location = l, () => TestLocation.CreateAsync(this, "shared"));

    /// <summary>An application in namespace "steady" that stays as it is, its volume filled.</summary>
    internal Task<SmallApplication> ApplicationAsync() => OnceAsync(() => _application, a => _application = a, async () =>
    {
        var application = await SmallApplication.DeployAsync(this, "steady");
        await application.FillAsync(1, 4 << 20);
        return application;
    });

    private async Task<T> OnceAsync<T>(Func<T?> get, Action<T> set, Func<Task<T>> make)
        where T : class
    {
        await _gate.WaitAsync(Ct);
        try
        {
            if (get() is { } made)
            {
                return made;
            }

            var first = await make();
            set(first);
            return first;
        }
        finally
        {
            _gate.Release();
        }
    }
}
