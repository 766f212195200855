namespace BackupServer.Kubernetes.Errors;

/// <summary>One problem of a <see cref="Status"/>.</summary>
public sealed record StatusCause
{
    /// <summary>One word, for example <c>FieldValueInvalid</c>.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Text for people.</summary>
    public string Message { get; init; } = "";

    /// <summary>Field it is about, for example <c>spec.ports[0].port</c>.</summary>
    public string Field { get; init; } = "";
}
