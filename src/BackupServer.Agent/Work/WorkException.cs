namespace BackupServer.Agent.Work;

/// <summary>A work unit cannot be carried out.</summary>
/// <param name="message">Why, and what to do.</param>
/// <param name="innerException">The cause.</param>
public sealed class WorkException(string message, Exception? innerException = null) : Exception(message, innerException);
