namespace BackupServer.DevCluster.CustomResources.Cel;

/// <summary>CEL's optional value (.?field, oldSelf under optionalOldSelf).</summary>
internal sealed record CelOptional(bool HasValue, object? Value)
{
    public static CelOptional None { get; } = new(false, null);

    public static CelOptional Of(object? value) => new(true, value);
}
