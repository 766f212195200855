using System.Text.Json.Nodes;
using BackupServer.DevCluster.Registry;

namespace BackupServer.DevCluster.Api;

/// <summary>One write as admission sees it.</summary>
/// <param name="Operation"><c>CREATE</c>, <c>UPDATE</c> or <c>DELETE</c>.</param>
/// <param name="Resource">Resource.</param>
/// <param name="Subresource">Subresource, or the empty string.</param>
/// <param name="Namespace">Namespace, or the empty string.</param>
/// <param name="Name">Name; empty when generated.</param>
/// <param name="Object">New state; null for a deletion.</param>
/// <param name="Old">Stored state; null for a creation.</param>
/// <param name="Options">Options of the write.</param>
/// <param name="Resources">All objects.</param>
internal sealed record AdmissionRequest(
    string Operation, ResourceDefinition Resource, string Subresource, string Namespace, string Name,
    JsonObject? Object, JsonObject? Old, WriteOptions Options, ResourceService Resources);
