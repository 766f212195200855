using System.Text.Json.Serialization;

namespace BackupServer.Engine.Reporting;

/// <summary>One error or warning of a run.</summary>
/// <param name="About">Object, kind or volume it is about, as <c>resource.group namespace/name</c>; empty when it is about the run.</param>
/// <param name="Text">What was tried, what came back, what it means.</param>
public sealed record RunMessage(
    [property: JsonPropertyName("about")] string About,
    [property: JsonPropertyName("text")] string Text)
{
    /// <inheritdoc/>
    public override string ToString() => About.Length == 0 ? Text : $"{About}: {Text}";
}
