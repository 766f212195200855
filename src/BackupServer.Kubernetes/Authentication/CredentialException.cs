namespace BackupServer.Kubernetes.Authentication;

/// <summary>Credentials could not be obtained. The message says whose, how it was tried and what to do.</summary>
public sealed class CredentialException(string message, Exception? inner = null) : Exception(message, inner);
