namespace BackupServer.DevCluster.Schemas;

/// <summary>A body whose JSON has the wrong type somewhere; the message is the decoder's own, e.g.
/// <c>json: cannot unmarshal number into Go struct field ConfigMap.data of type string</c>.</summary>
internal sealed class DecodingException(string message) : Exception(message);
