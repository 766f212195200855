namespace BackupServer.Kubernetes.Writes;

/// <summary>How an object is written.</summary>
public sealed record WriteOptions
{
    /// <summary>Subresource, for example <c>status</c>; empty for the object itself.</summary>
    public string Subresource { get; init; } = "";

    /// <summary>Who writes, for managedFields; required by server-side apply.</summary>
    public string? FieldManager { get; init; }

    /// <summary>Only for apply: take fields that others own.</summary>
    public bool Force { get; init; }

    /// <summary>Check and answer as usual, but store nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary><c>Strict</c>, <c>Warn</c> or <c>Ignore</c> for unknown and duplicate fields; null for the server's default.</summary>
    public string? FieldValidation { get; init; }

    /// <summary>The status subresource.</summary>
    public static WriteOptions Status { get; } = new() { Subresource = "status" };
}
