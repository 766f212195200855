using System.Text.Json.Nodes;

namespace BackupServer.DevCluster.Schemas;

/// <summary>One problem of one field.</summary>
/// <param name="Reason">Cause reason: one of <see cref="FieldErrors"/>' constants.</param>
/// <param name="Field">Path, such as <c>spec.ports[0].port</c>.</param>
/// <param name="Message">Text without the path, such as <c>Required value: must be given</c>.</param>
internal sealed record FieldError(string Reason, string Field, string Message)
{
    /// <summary>The entry of status.details.causes.</summary>
    public JsonObject ToCause() => new() { ["reason"] = Reason, ["message"] = Message, ["field"] = Field };

    /// <inheritdoc/>
    public override string ToString() => $"{Field}: {Message}";
}
