namespace BackupServer.DevCluster.Registry;

/// <summary>One subresource: its name, the kind its bodies have, and the verbs discovery lists.</summary>
/// <param name="Name">Name after the slash.</param>
/// <param name="Group">Group of the body's kind where it is not the resource's own; else the resource's.</param>
/// <param name="Version">Version of the body's kind.</param>
/// <param name="Kind">Kind of the body.</param>
/// <param name="Verbs">Verbs.</param>
internal sealed record SubresourceDefinition(string Name, string Group, string Version, string Kind, IReadOnlyList<string> Verbs);
