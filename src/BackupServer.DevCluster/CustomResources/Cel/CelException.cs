namespace BackupServer.DevCluster.CustomResources.Cel;

/// <summary>An expression that cannot be compiled, or whose evaluation failed; the message is for the author of the rule.</summary>
internal sealed class CelException(string message) : Exception(message);
